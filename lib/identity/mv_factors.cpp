#include "identity/mv_factors.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>

#include "crypto/failure.hpp"
#include "crypto/primality.hpp"
#include "crypto/primes.hpp"
#include "crypto/sieve.hpp"

namespace keygen::identity {

using crypto::Number;
using crypto::Search;
using crypto::small_primes;

namespace {

// Whoever holds a revoked client's file guesses an answer with probability 1/s_j; nothing smaller is worth
// the name.
constexpr std::uint32_t SMALLEST_FACTOR = 128;
// A full modulus still has to be found: its factors are chosen among this many more than are needed, whose
// products leave this much room.
constexpr unsigned SPARE_CHOICES = 10;
constexpr double ROOM_BITS = 2;
// Factors up to this size are drawn from the table of small primes, larger ones searched.
constexpr double MAX_TABLE_BITS = 17.5;

std::vector<std::uint32_t> table_of_factors() {
    const auto& primes = small_primes();
    return {std::lower_bound(primes.begin(), primes.end(), SMALLEST_FACTOR), primes.end()};
}

Number power_of_two(unsigned exponent) {
    Number result;
    crypto::check(BN_set_bit(result.get(), static_cast<int>(exponent)), "setting a bit");
    return result;
}

bool contains(const std::vector<Number>& factors, const Number& value) {
    return std::any_of(factors.begin(), factors.end(), [&](const Number& factor) { return factor == value; });
}

Number product_of(const std::vector<Number>& factors) {
    Number product(1);
    for (const Number& factor : factors)
        product = multiply(product, factor);
    return product;
}

// Some `count` primes of the table whose mean size is `mean_bits`, give or take: a random choice out of about
// twice as many neighbours, or, where the modulus is nearly full, out of the smallest there are.
std::vector<Number> draw_from_table(unsigned count, double mean_bits, Random& random) {
    static const std::vector<std::uint32_t> table = table_of_factors();
    std::size_t width = std::min<std::size_t>(std::size_t{2} * count + 1, table.size());
    const auto mean_of = [&](std::size_t first, std::size_t length) {
        double sum = 0;
        for (std::size_t i = first; i < first + length; ++i)
            sum += std::log2(table[i]);
        return sum / static_cast<double>(length);
    };
    while (width > count + SPARE_CHOICES && mean_of(0, width) > mean_bits)
        --width;
    std::size_t first = 0;
    const std::size_t step = std::max<std::size_t>(1, width / 8);
    while (first + step + width <= table.size() && mean_of(first + step, width) <= mean_bits)
        first += step;

    std::vector<std::uint32_t> pool(table.begin() + static_cast<std::ptrdiff_t>(first),
                                    table.begin() + static_cast<std::ptrdiff_t>(first + width));
    std::vector<Number> factors;
    for (unsigned i = 0; i < count; ++i) {
        const Number last(pool.size() - 1);
        const auto pick = BN_get_word(crypto::random_between(Number(), last, random).get());
        factors.emplace_back(std::uint64_t{pool[pick]});
        pool[pick] = pool.back();
        pool.pop_back();
    }
    return factors;
}

// The last factor need not be as long as the others where those are few: a short one is found faster, and
// with 30 clients at 2048 bits all factors are shorter.
constexpr double MAX_LAST_FACTOR_BITS = 128;

// What one thread of a search searches on its own: nothing to report, but over when the whole search is.
class WithinSearch final : public Progress {
  public:
    explicit WithinSearch(const Search& search) : search_(search) {}
    void report(std::string_view, std::uint64_t, double) override {}
    void finish(std::string_view) override {}
    [[nodiscard]] bool is_cancelled() const override { return search_.is_over(); }

  private:
    const Search& search_;
};

std::vector<Number> draw_by_search(unsigned count, double mean_bits, unsigned total_bits,
                                   const crypto::SearchContext& context, const Search& search) {
    // A random number of k bits has k - 0.44 on average.
    constexpr double MEAN_LOSS = 0.44;
    std::vector<Number> factors;
    double bits_left = total_bits - 0.5 - std::min(mean_bits, MAX_LAST_FACTOR_BITS);
    WithinSearch progress(search);
    const crypto::SearchContext alone{context.random, progress, 1};
    while (factors.size() < count && !search.is_over()) {
        const double target = bits_left / static_cast<double>(count - factors.size());
        Number factor = crypto::search_prime(
            "MV factors", static_cast<unsigned>(std::lround(target + MEAN_LOSS)), crypto::admit_all, alone);
        if (contains(factors, factor))
            continue;
        bits_left -= factor.bits() - MEAN_LOSS;
        factors.push_back(std::move(factor));
    }
    return factors;
}

// The last factor decides over the modulus: both are sieved together. Nothing in this stretch: nullopt.
std::optional<Number> search_last_factor(const std::vector<Number>& factors, unsigned modulus_bits,
                                         Search& search, Random& random) {
    constexpr std::size_t WINDOW = std::size_t{1} << 15;
    const Number product = product_of(factors);
    // From three quarters of the range on, so that p nearly fills its first byte: ntpd fails the rounds whose
    // challenge begins with a zero byte (crypto_alice3).
    const Number low = add(divide(multiply(Number(3), power_of_two(modulus_bits - 3)), product), Number(1));
    const Number high = divide(power_of_two(modulus_bits - 1), product);
    if (low < Number(std::uint64_t{SMALLEST_FACTOR}) || !(low < high))
        return std::nullopt;

    const Number length = divide(subtract(high, low), Number(2));
    const bool fits_one_window = length.bits() <= 15;
    Number start = fits_one_window ? low.clone()
                                   : crypto::random_between(low, subtract(high, Number(2 * WINDOW)), random);
    if (!start.is_odd())
        start = add(start, Number(1));
    const std::size_t places = fits_one_window ? BN_get_word(length.get()) : WINDOW;

    const Number twice = multiply(product, Number(2));
    const crypto::Progression factor{start.clone(), Number(2)};
    const crypto::Progression modulus{add(multiply(twice, start), Number(1)), multiply(twice, Number(2))};
    const std::uint32_t limit = crypto::sieve_limit(modulus_bits);
    // At most twice the square root of any candidate, so that no prime strikes itself.
    const std::uint32_t factor_limit = std::min(limit, 1U << std::min(low.bits() / 2, 19U));
    crypto::Sieve sieve(places);
    sieve.strike(factor, factor_limit);
    sieve.strike(modulus, limit);
    for (std::size_t place = 0; place < places && !search.is_over(); ++place) {
        if (!sieve.stands(place))
            continue;
        Number candidate = add(start, Number(2 * place));
        if (!crypto::is_prime(candidate, random) || contains(factors, candidate))
            continue;
        search.count_test();
        const Number p = add(multiply(twice, candidate), Number(1));
        if (p.bits() == modulus_bits && crypto::passes_fermat_vartime(p) && crypto::is_prime(p, random))
            return candidate;
    }
    return std::nullopt;
}

}  // namespace

unsigned largest_mv_factor_count(unsigned modulus_bits) {
    const double room = modulus_bits - 1 - ROOM_BITS;
    const auto table = table_of_factors();
    double bits_of_all_choices = 0;
    for (unsigned choices = 1; choices < table.size(); ++choices) {
        bits_of_all_choices += std::log2(table[choices - 1]);
        if (choices > SPARE_CHOICES && bits_of_all_choices / choices * (choices - SPARE_CHOICES) > room)
            return choices - SPARE_CHOICES - 1;
    }
    throw std::logic_error("a modulus with room for more factors than the table holds");
}

MvFactors search_mv_factors(unsigned modulus_bits, unsigned count, const crypto::SearchContext& context) {
    const unsigned total_bits = modulus_bits - 1;
    const double mean_bits = (total_bits - 0.5) / count;
    const std::uint32_t limit = crypto::sieve_limit(modulus_bits);
    const double expected = 1 / crypto::survivor_is_prime_probability(modulus_bits, limit);
    auto factors = crypto::search_in_parallel(
        "MV parameters", expected, context, [&](Search& search) -> std::optional<std::vector<Number>> {
            while (!search.is_over()) {
                auto drawn = mean_bits <= MAX_TABLE_BITS
                                 ? draw_from_table(count - 1, mean_bits, context.random)
                                 : draw_by_search(count - 1, mean_bits, total_bits, context, search);
                if (auto last = search_last_factor(drawn, modulus_bits, search, context.random)) {
                    drawn.push_back(std::move(*last));
                    return drawn;
                }
            }
            return std::nullopt;
        });
    Number q = product_of(factors);
    Number p = add(multiply(q, Number(2)), Number(1));
    return {std::move(p), std::move(q), std::move(factors)};
}

}  // namespace keygen::identity
