#include <benchmark/benchmark.h>
#include <keygen/symmetric.hpp>

namespace {

keygen::SymmetricRequest request(std::uint32_t count) {
    keygen::SymmetricRequest request;
    request.dialect = keygen::Dialect::chrony;
    request.types = {keygen::SymmetricType::sha256};
    request.count = count;
    return request;
}

void generate_keys(benchmark::State& state) {
    for (auto _ : state)
        benchmark::DoNotOptimize(keygen::generate_keys(request(static_cast<std::uint32_t>(state.range(0))),
                                                       keygen::private_random()));
}
BENCHMARK(generate_keys)->Arg(20)->Arg(1000)->Arg(100000)->Unit(benchmark::kMillisecond);

void parse_keys_file(benchmark::State& state) {
    const auto keys =
        keygen::generate_keys(request(static_cast<std::uint32_t>(state.range(0))), keygen::private_random());
    for (auto _ : state)
        benchmark::DoNotOptimize(keygen::parse_keys_file(keys.text.text(), keygen::Dialect::chrony));
}
BENCHMARK(parse_keys_file)->Arg(20)->Arg(100000)->Unit(benchmark::kMillisecond);

}  // namespace
