#pragma once

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

/// A function of libcurl's by its name. The first call loads libcurl and initializes it, for good:
/// thirty other libraries come along, so a program that calls nobody does without. Throws
/// std::runtime_error where libcurl is not installed or cannot be initialized. Thread-safe.
[[nodiscard]] Symbol symbol(const char* name);

}  // namespace dropzone::curl
