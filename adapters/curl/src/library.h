#pragma once

#include <dropzone/result.h>

namespace dropzone::curl {

/// The address of one of libcurl's functions, which becomes the pointer that it is assigned to.
class Symbol {
 public:
  explicit Symbol(void* address) noexcept : address_(address) {}

  template <typename Function>
  operator Function*() const noexcept {  // NOLINT(google-explicit-constructor)
    return reinterpret_cast<Function*>(address_);
  }

 private:
  void* address_;
};

/// Loads libcurl and initializes it, for good, if that has not been done: some twenty other
/// libraries come along, so a program that calls nobody does without. `invalid_configuration` where
/// it is not installed. Thread-safe.
[[nodiscard]] Result<void> load();

/// A function of libcurl's by its name; does what load() does. Throws std::runtime_error where that
/// fails. Thread-safe.
[[nodiscard]] Symbol symbol(const char* name);

}  // namespace dropzone::curl
