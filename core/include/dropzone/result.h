#pragma once

#include <functional>
#include <type_traits>
#include <utility>
#include <variant>

#include <dropzone/error.h>
#include <dropzone/expects.h>

namespace dropzone {

/// A value or the Error that kept it from being made. Members are named as in C++23's
/// std::expected. Taking the wrong one of the two breaks a contract: see expects.h. Not
/// thread-safe, like any value.
template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  // Implicit on purpose: `return value;` and `return error;` both read well.
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
  template <typename U>
  requires(std::is_convertible_v<U&&, T> && !std::is_same_v<std::remove_cvref_t<U>, T> &&
           !std::is_same_v<std::remove_cvref_t<U>, Error> &&
           !std::is_same_v<std::remove_cvref_t<U>, Result>) Result(U&& value)
      : state_(std::in_place_index<0>, std::forward<U>(value)) {}

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  /// Precondition: has_value().
  T& value() & { return check_value(), *std::get_if<0>(&state_); }
  const T& value() const& { return check_value(), *std::get_if<0>(&state_); }
  T&& value() && { return check_value(), std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  /// Precondition: !has_value().
  Error& error() & { return check_error(), *std::get_if<1>(&state_); }
  const Error& error() const& { return check_error(), *std::get_if<1>(&state_); }
  Error&& error() && { return check_error(), std::move(*std::get_if<1>(&state_)); }

  /// Calls `next`, which returns a Result, with the value; or returns the error.
  template <typename F>
  auto and_then(F&& next) && -> std::invoke_result_t<F, T&&> {
    if (!has_value()) return std::move(*this).error();
    return std::invoke(std::forward<F>(next), std::move(*this).value());
  }

 private:
  void check_value() const { DROPZONE_EXPECTS(has_value()); }
  void check_error() const { DROPZONE_EXPECTS(!has_value()); }
  std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Error error) : error_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool has_value() const noexcept { return error_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  /// Precondition: !has_value().
  Error& error() & { return check_error(), *std::get_if<1>(&error_); }
  const Error& error() const& { return check_error(), *std::get_if<1>(&error_); }
  Error&& error() && { return check_error(), std::move(*std::get_if<1>(&error_)); }

  /// Calls `next`, which returns a Result, after success; or returns the error.
  template <typename F>
  auto and_then(F&& next) && -> std::invoke_result_t<F> {
    if (!has_value()) return std::move(*this).error();
    return std::invoke(std::forward<F>(next));
  }

 private:
  void check_error() const { DROPZONE_EXPECTS(!has_value()); }
  std::variant<std::monostate, Error> error_;
};

}  // namespace dropzone

#define DROPZONE_JOINED_(a, b) a##b
#define DROPZONE_JOINED(a, b) DROPZONE_JOINED_(a, b)
#define DROPZONE_TRY_AS_(result, declaration, ...)           \
  auto result = (__VA_ARGS__);                               \
  if (!result.has_value()) return std::move(result).error(); \
  declaration = std::move(result).value()

/// Gives a variable the value of a Result, or returns its error from the function:
///
///     DROPZONE_TRY(const Filter filter, decode_filter(body));
#define DROPZONE_TRY(declaration, ...) \
  DROPZONE_TRY_AS_(DROPZONE_JOINED(dropzone_result_, __LINE__), declaration, __VA_ARGS__)

/// Returns the error of a Result from the function, if it has one; a value is dropped.
#define DROPZONE_CHECK(...)                                                   \
  do {                                                                        \
    if (auto dropzone_result = (__VA_ARGS__); !dropzone_result.has_value()) { \
      return std::move(dropzone_result).error();                              \
    }                                                                         \
  } while (false)
