#include <benchmark/benchmark.h>
#include <keygen/identity.hpp>

#include <thread>

namespace {

keygen::Resources resources() {
    return {keygen::private_random(), keygen::silent_progress(), std::thread::hardware_concurrency()};
}

void generate_iff(benchmark::State& state) {
    for (auto _ : state)
        benchmark::DoNotOptimize(keygen::generate_iff(static_cast<unsigned>(state.range(0)), resources()));
}
BENCHMARK(generate_iff)->Arg(512)->Arg(1024)->Arg(2048)->Unit(benchmark::kMillisecond)->UseRealTime();

void generate_gq(benchmark::State& state) {
    for (auto _ : state)
        benchmark::DoNotOptimize(keygen::generate_gq(static_cast<unsigned>(state.range(0)), resources()));
}
BENCHMARK(generate_gq)->Arg(512)->Arg(1024)->Arg(2048)->Unit(benchmark::kMillisecond)->UseRealTime();

// The parameters take a search that does not depend on n; clients add to it linearly.
void generate_mv(benchmark::State& state) {
    for (auto _ : state)
        benchmark::DoNotOptimize(
            keygen::generate_mv(1024, static_cast<unsigned>(state.range(0)), resources()));
}
BENCHMARK(generate_mv)->Arg(5)->Arg(30)->Arg(90)->Unit(benchmark::kMillisecond)->UseRealTime();

void make_mv_clients(benchmark::State& state) {
    const auto clients = static_cast<unsigned>(state.range(0));
    const auto authority = keygen::generate_mv(2048, clients, resources());
    for (auto _ : state) {
        for (unsigned client = 1; client <= clients; ++client)
            benchmark::DoNotOptimize(keygen::make_mv_client(authority, client));
    }
    state.SetComplexityN(state.range(0));
}
BENCHMARK(make_mv_clients)->RangeMultiplier(2)->Range(8, 128)->Unit(benchmark::kMillisecond)->Complexity();

void prove_iff(benchmark::State& state) {
    const auto server = keygen::generate_iff(2048, resources());
    const auto client = keygen::make_iff_client(server);
    for (auto _ : state)
        keygen::prove_iff(server, client, keygen::private_random());
}
BENCHMARK(prove_iff)->Unit(benchmark::kMillisecond);

void prove_gq(benchmark::State& state) {
    const auto server = keygen::generate_gq(2048, resources());
    const auto client = keygen::make_gq_client(server, keygen::GqLayout::stock);
    for (auto _ : state)
        keygen::prove_gq(server, client, keygen::GqLayout::stock, keygen::private_random());
}
BENCHMARK(prove_gq)->Unit(benchmark::kMillisecond);

void prove_mv(benchmark::State& state) {
    const auto authority = keygen::generate_mv(2048, 5, resources());
    const auto server = keygen::make_mv_server(authority);
    const auto client = keygen::make_mv_client(authority, 1);
    for (auto _ : state)
        keygen::prove_mv(server, client, keygen::private_random());
}
BENCHMARK(prove_mv)->Unit(benchmark::kMillisecond);

}  // namespace
