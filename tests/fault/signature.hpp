#pragma once

#include <cstddef>
#include <tuple>

/// Parameter and result types of a C function, for wrappers that do not repeat its declaration.
template <typename Function>
struct Signature;
template <typename R, typename... Parameters>
struct Signature<R(Parameters...)> {
    using Result = R;
    template <std::size_t i>
    using Parameter = std::tuple_element_t<i, std::tuple<Parameters...>>;
};
template <typename R, typename... Parameters>
struct Signature<R(Parameters...) noexcept> : Signature<R(Parameters...)> {};

#define RESULT(name) Signature<decltype(name)>::Result
#define PARAMETER(name, i) Signature<decltype(name)>::Parameter<i>
