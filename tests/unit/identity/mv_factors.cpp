#include "identity/mv_factors.hpp"

#include "catch.hpp"
#include "crypto/primality.hpp"
#include "fake_progress.hpp"

#include <algorithm>

using namespace keygen;
using namespace keygen::test;
using crypto::Number;

TEST_CASE("the search of MV factors ends for every number of them, also where few choices are left") {
    constexpr unsigned BITS = 256;
    FakeProgress progress;
    for (unsigned count = 1; count <= identity::largest_mv_factor_count(BITS); ++count) {
        for (int repetition = 0; repetition < 10; ++repetition) {
            auto found = identity::search_mv_factors(BITS, count, {private_random(), progress, 2});
            CHECK(found.p.bits() == BITS);
            CHECK(crypto::is_prime(found.p, private_random()));
            CHECK(found.factors.size() == count);
            Number product(1);
            for (const Number& factor : found.factors) {
                CHECK(crypto::is_prime(factor, private_random()));
                CHECK(std::count(found.factors.begin(), found.factors.end(), factor) == 1);
                product = multiply(product, factor);
            }
            CHECK(product == found.q);
            CHECK(add(multiply(found.q, Number(2)), Number(1)) == found.p);
        }
    }
}
