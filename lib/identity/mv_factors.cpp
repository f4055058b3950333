#include "identity/mv_factors.hpp"

#include <algorithm>
#include <atomic>
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
// A shorter prime takes one thread hardly longer than another one needs to start.
constexpr unsigned MIN_SHARED_SEARCH_BITS = 256;

// Nobody wants to hear of dozens of short searches, but each is over when the whole search is.
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
                                   const crypto::SearchContext& context) {
    // A random number of k bits has k - 0.44 on average.
    constexpr double MEAN_LOSS = 0.44;
    std::vector<Number> factors;
    Number product(1);
    const double bits_of_all = total_bits - 0.5 - std::min(mean_bits, MAX_LAST_FACTOR_BITS);
    while (factors.size() < count) {
        const double bits_left = bits_of_all - (product.bits() - MEAN_LOSS);
        const double target = bits_left / static_cast<double>(count - factors.size());
        const auto bits = static_cast<unsigned>(std::lround(target + MEAN_LOSS));
        const unsigned jobs = bits < MIN_SHARED_SEARCH_BITS ? 1 : context.jobs;
        Number factor = crypto::search_prime("MV factors", bits, crypto::admit_all,
                                             {context.random, context.progress, jobs, context.cores});
        if (contains(factors, factor))
            continue;
        product = multiply(product, factor);
        factors.push_back(std::move(factor));
    }
    return factors;
}

// The last factor decides over the modulus: a stretch of numbers in which both are sieved together, for any
// number of threads.
class LastFactorSearch {
  public:
    LastFactorSearch(const std::vector<Number>& factors, unsigned modulus_bits, Random& random)
        : factors_(factors), modulus_bits_(modulus_bits), twice_(multiply(product_of(factors), Number(2))) {
        // From three quarters of the range on, so that p nearly fills its first byte: ntpd fails the rounds
        // whose challenge begins with a zero byte (crypto_alice3).
        const Number low =
            add(divide(multiply(Number(3), power_of_two(modulus_bits - 2)), twice_), Number(1));
        const Number high = divide(power_of_two(modulus_bits), twice_);
        if (low < Number(std::uint64_t{SMALLEST_FACTOR}) || !(low < high))
            return;
        const Number length = divide(subtract(high, low), Number(2));
        const bool is_short = length < Number(MAX_PLACES);
        start_ = is_short ? low.clone()
                          : crypto::random_between(low, subtract(high, Number(2 * MAX_PLACES)), random);
        if (!start_.is_odd())
            start_ = add(start_, Number(1));
        strike(is_short ? BN_get_word(length.get()) : MAX_PLACES, low.bits());
    }

    // The factors with the last one; nullopt when there is none in this stretch or the search is over.
    std::optional<std::vector<Number>> find(Search& search, Random& random) {
        const std::size_t places = sieve_ ? sieve_->length() : 0;
        for (auto place = next_++; place < places && !search.is_over(); place = next_++) {
            if (!sieve_->stands(place))
                continue;
            Number candidate = add(start_, Number(2 * place));
            // One round for each before all of those that a prime passes anyway.
            if (!power_modulo(Number(2), subtract(candidate, Number(1)), candidate).is_one())
                continue;
            search.count_test();
            const Number p = add(multiply(twice_, candidate), Number(1));
            if (p.bits() == modulus_bits_ && crypto::passes_fermat_vartime(p) &&
                crypto::is_prime(candidate, random) && crypto::is_prime(p, random) &&
                !contains(factors_, candidate))
                return with_last(std::move(candidate));
        }
        return std::nullopt;
    }

  private:
    [[nodiscard]] std::vector<Number> with_last(Number last) const {
        std::vector<Number> factors;
        for (const Number& factor : factors_)
            factors.push_back(factor.clone());
        factors.push_back(std::move(last));
        return factors;
    }

    // Some ten moduli of 2048 bits are among as many.
    static constexpr std::size_t MAX_PLACES = std::size_t{1} << 17;

    void strike(std::size_t places, unsigned factor_bits) {
        // What is sieved once for all threads is sieved deeper, a stretch that hardly holds a modulus less
        // deep.
        constexpr std::size_t USUAL_PLACES = std::size_t{1} << 13;
        constexpr std::size_t MAX_DEPTH = 2;
        const std::uint64_t usual = crypto::sieve_limit(modulus_bits_);
        const std::uint64_t limit = usual * std::min(places, MAX_DEPTH * USUAL_PLACES) / USUAL_PLACES;
        // At most twice the square root of any candidate, so that no prime strikes itself.
        const std::uint32_t factor_limit =
            std::min(crypto::sieve_limit(factor_bits), 1U << std::min(factor_bits / 2, 19U));
        sieve_.emplace(places);
        sieve_->strike({start_.clone(), Number(2)}, factor_limit);
        sieve_->strike({add(multiply(twice_, start_), Number(1)), multiply(twice_, Number(2))},
                       static_cast<std::uint32_t>(limit));
    }

    const std::vector<Number>& factors_;
    unsigned modulus_bits_;
    Number twice_, start_;
    std::optional<crypto::Sieve> sieve_;
    std::atomic<std::size_t> next_ = 0;
};

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
    const auto draw = [&](const Search& search, unsigned jobs) {
        if (mean_bits <= MAX_TABLE_BITS)
            return draw_from_table(count - 1, mean_bits, context.random);
        WithinSearch progress(search);
        return draw_by_search(count - 1, mean_bits, total_bits,
                              {context.random, progress, jobs, context.cores});
    };
    const Search drawing("MV factors", 1, context.progress);
    const auto drawn = draw(drawing, context.jobs);
    LastFactorSearch shared(drawn, modulus_bits, context.random);

    const double expected =
        1 / crypto::survivor_is_prime_probability(modulus_bits, crypto::sieve_limit(modulus_bits));
    auto factors = crypto::search_in_parallel(
        "MV parameters", expected, context, [&](Search& search) -> std::optional<std::vector<Number>> {
            auto found = shared.find(search, context.random);
            // A stretch may hold no such factor: whoever is through with it goes on with factors of its own.
            while (!found && !search.is_over()) {
                const auto own = draw(search, 1);
                found = LastFactorSearch(own, modulus_bits, context.random).find(search, context.random);
            }
            return found;
        });
    Number q = product_of(factors);
    Number p = add(multiply(q, Number(2)), Number(1));
    return {std::move(p), std::move(q), std::move(factors)};
}

}  // namespace keygen::identity
