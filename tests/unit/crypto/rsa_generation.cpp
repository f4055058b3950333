#include "crypto/rsa_generation.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "catch.hpp"
#include "crypto/pem.hpp"
#include "crypto/primality.hpp"
#include "crypto/primes.hpp"
#include "fake_progress.hpp"
#include "fake_random.hpp"
#include "thrown.hpp"

using namespace keygen;
using namespace keygen::crypto;
using namespace keygen::test;

namespace {

// What FIPS 186-5, A.1.3, asks for, computed another way than where the key is made.
void check_conditions(const RsaNumbers& key, unsigned bits) {
    const Number one(1);
    const Number p_minus_one = subtract(key.p, one);
    const Number q_minus_one = subtract(key.q, one);
    CHECK(key.n.bits() == bits);
    CHECK(multiply(key.p, key.q) == key.n);
    CHECK(key.e == Number(65537));
    CHECK(key.p.bits() == (bits + 1) / 2);
    CHECK(key.q.bits() == bits / 2);
    for (const Number* prime : {&key.p, &key.q}) {
        CHECK(is_prime(*prime, private_random()));
        // p / 2^(k - 1) >= sqrt(2), so p^2 >= 2^(2k - 1)
        Number square_bound;
        BN_set_bit(square_bound.get(), static_cast<int>(2 * prime->bits() - 1));
        CHECK_FALSE(multiply(*prime, *prime) < square_bound);
        CHECK(gcd(subtract(*prime, one), key.e).is_one());
    }
    CHECK(key.q < key.p);
    Number distance;
    BN_set_bit(distance.get(), static_cast<int>(bits / 2 - 100));
    CHECK(distance < subtract(key.p, key.q));
    Number smallest_exponent;
    BN_set_bit(smallest_exponent.get(), static_cast<int>(bits / 2));
    CHECK(smallest_exponent < key.d);
    const Number product = multiply(key.d, key.e);
    CHECK(modulo(product, p_minus_one).is_one());
    CHECK(modulo(product, q_minus_one).is_one());
    // Below the least common multiple: half of the product at most.
    CHECK_FALSE(divide(multiply(p_minus_one, q_minus_one), Number(2)) < key.d);
    CHECK(key.dmp1 == modulo(key.d, p_minus_one));
    CHECK(key.dmq1 == modulo(key.d, q_minus_one));
    CHECK(multiply_modulo(key.iqmp, key.q, key.p).is_one());
}

// The value that chi-squared exceeds by chance once in 10^6 (Wilson and Hilferty, 1931).
double chi_squared_limit(std::size_t degrees) {
    constexpr double DEVIATIONS = 4.753;
    const double spread = 2.0 / (9.0 * static_cast<double>(degrees));
    return static_cast<double>(degrees) * std::pow(1 - spread + DEVIATIONS * std::sqrt(spread), 3);
}

double chi_squared(const std::vector<double>& counts, const std::vector<double>& shares) {
    double total = 0, shares_total = 0, result = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        total += counts[i];
        shares_total += shares[i];
    }
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const double expected = total * shares[i] / shares_total;
        result += (counts[i] - expected) * (counts[i] - expected) / expected;
    }
    return result;
}

// Primes of any sizes: their first bytes and their residues, and whether one comes twice.
class Spread {
  public:
    void add(const Number& prime) {
        REQUIRE(seen_.insert(prime.hex()).second);
        first_bytes_.at(static_cast<std::size_t>(divide(prime, power_of_two(prime.bits() - 8)).mod_word(256) -
                                                 LOWEST_BYTE)) += 1;
        for (std::size_t i = 0; i < MODULI; ++i)
            residues_[i].at(prime.mod_word(small_primes()[i]) - 1) += 1;
    }
    // Returns the largest chi-squared, in parts of its limit.
    double check() const {
        double largest = 0;
        const auto check_one = [&largest](const auto& counts, const auto& shares) {
            const double part = chi_squared(counts, shares) / chi_squared_limit(counts.size() - 1);
            CHECK(part < 1);
            largest = std::max(largest, part);
        };
        // The lowest byte begins at sqrt(2) / 2 of 256, not at 181.
        std::vector<double> shares(first_bytes_.size(), 1);
        shares[0] = LOWEST_BYTE + 1 - 256 * std::sqrt(0.5);
        check_one(first_bytes_, shares);
        for (std::size_t i = 0; i < MODULI; ++i) {
            INFO("modulo " << small_primes()[i]);
            check_one(residues_[i], std::vector<double>(residues_[i].size(), 1));
        }
        return largest;
    }

  private:
    static constexpr std::size_t MODULI = 30;
    static constexpr std::uint64_t LOWEST_BYTE = 181;

    static Number power_of_two(unsigned exponent) {
        Number result;
        BN_set_bit(result.get(), static_cast<int>(exponent));
        return result;
    }
    static std::vector<std::vector<double>> empty_residues() {
        std::vector<std::vector<double>> result;
        for (std::size_t i = 0; i < MODULI; ++i)
            result.emplace_back(small_primes()[i] - 1, 0);
        return result;
    }

    std::set<std::string> seen_;
    std::vector<double> first_bytes_ = std::vector<double>(256 - LOWEST_BYTE, 0);
    std::vector<std::vector<double>> residues_ = empty_residues();
};

bool openssl_accepts(const KeyPair& key) {
    const SecretBytes pem = format_pkcs8(key.numbers(), nullptr, "", 0);
    FILE* openssl = ::popen("openssl pkey -check -noout >/dev/null 2>&1", "w");
    REQUIRE(openssl != nullptr);
    std::fwrite(pem.bytes().data(), 1, pem.size(), openssl);
    return ::pclose(openssl) == 0;
}

}  // namespace

TEST_CASE("RSA keys of all sizes meet FIPS 186-5, and OpenSSL finds them sound") {
    for (const unsigned bits : {512U, 513U, 744U, 1000U, 1024U, 1026U, 2048U}) {
        INFO(bits);
        for (const unsigned jobs : {1U, 2U}) {
            const auto key = generate_rsa("host", bits, {private_random(), silent_progress(), jobs});
            CHECK(key.modulus_bits() == bits);
            CHECK(key.type() == SignKeyType::rsa);
            CHECK(key.is_sound());
            CHECK(openssl_accepts(key));
            check_conditions(std::get<RsaNumbers>(key.numbers()), bits);
        }
    }
}

TEST_CASE("the primes of RSA keys are evenly spread, and none comes twice") {
    SeededRandom random(15);
    Spread spread;
    for (int i = 0; i < 200; ++i) {
        const auto key = generate_rsa("host", 512, {random, silent_progress(), 1});
        const auto numbers = std::get<RsaNumbers>(key.numbers());
        spread.add(numbers.p);
        spread.add(numbers.q);
    }
    spread.check();
}

// tests/statistics/rsa-keys runs it.
TEST_CASE("thousands of RSA keys of all sizes", "[.whole]") {
    const auto number_in = [](const char* variable, unsigned long otherwise) {
        const char* value = std::getenv(variable);
        return value == nullptr ? otherwise : std::strtoul(value, nullptr, 10);
    };
    std::vector<unsigned> sizes{512, 1000, 1024, 2048, 4096};
    if (const auto only = number_in("RSA_BITS", 0); only != 0)
        sizes = {static_cast<unsigned>(only)};
    const auto keys_of_a_size = number_in("RSA_KEYS", 2000) / sizes.size();
    REQUIRE(keys_of_a_size > 0);
    Spread all;
    for (const unsigned bits : sizes) {
        INFO(bits << " bits");
        Spread spread;
        for (unsigned long i = 0; i < keys_of_a_size; ++i) {
            const auto key = generate_rsa("host", bits, {private_random(), silent_progress(), 2});
            const auto numbers = std::get<RsaNumbers>(key.numbers());
            check_conditions(numbers, bits);
            REQUIRE(openssl_accepts(key));
            for (const Number* prime : {&numbers.p, &numbers.q}) {
                spread.add(*prime);
                all.add(*prime);
            }
        }
        fmt::print("{} keys of {} bits: sound, no prime twice, chi-squared at most {:.2f} of its limit\n",
                   keys_of_a_size, bits, spread.check());
    }
    fmt::print("all together: chi-squared at most {:.2f} of its limit\n", all.check());
}

TEST_CASE("a generator that always gives the same makes no RSA key") {
    for (unsigned byte = 0; byte < 256; byte += 5) {
        INFO(byte);
        ConstantRandom stuck(static_cast<std::uint8_t>(byte));
        const std::string error = describe_error([&] {
            generate_rsa("host", 512, {stuck, silent_progress(), 1});
        });
        const bool is_refused =
            error == "crypto: no prime near any number that the random generator gave" ||
            error == "crypto: drawing a random number failed in OpenSSL" ||
            error == "crypto: the random generator is broken: the primes of an RSA key are as good as equal";
        CHECK(is_refused);
    }
    ConstantRandom repeating(0x5b);
    CHECK(describe_error([&] {
              generate_rsa("host", 512, {repeating, silent_progress(), 2});
          }) == "crypto: the random generator is broken: the primes of an RSA key are as good as equal");
}

TEST_CASE("an RSA key with a wrong number is not sound") {
    const auto key = generate_rsa("host", 512, {private_random(), silent_progress(), 1});
    const auto changed = [&](auto change) {
        auto numbers = std::get<RsaNumbers>(key.numbers());
        change(numbers);
        return KeyPair::from_numbers(std::move(numbers)).is_sound();
    };
    CHECK(changed([](RsaNumbers&) {}));
    CHECK_FALSE(changed([](RsaNumbers& k) { k.d = add(k.d, Number(2)); }));
    CHECK_FALSE(changed([](RsaNumbers& k) { k.dmp1 = add(k.dmp1, Number(2)); }));
    CHECK_FALSE(changed([](RsaNumbers& k) { k.iqmp = add(k.iqmp, Number(1)); }));
    CHECK_FALSE(changed([](RsaNumbers& k) {  // a product of two in the place of a prime
        k.p = multiply(k.p, Number(3));
        k.n = multiply(k.p, k.q);
    }));
}

TEST_CASE("the search for an RSA key is reported, and cancelled at once") {
    FakeProgress progress;
    CountingRandom random;
    (void)generate_rsa("sign", 512, {random, progress, 1});
    CHECK(progress.finished().at("RSA sign key, first factor") == 1);
    CHECK(progress.finished().at("RSA sign key, second factor") == 1);
    CHECK(random.drawn() > 64);
    for (const unsigned jobs : {1U, 3U}) {
        FakeProgress cancelled(1);
        CHECK(describe_error([&] {
                  generate_rsa("host", 4096, {private_random(), cancelled, jobs});
              }) == "cancelled: cancelled");
    }
}
