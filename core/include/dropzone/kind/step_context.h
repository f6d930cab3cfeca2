#pragma once

#include <string>

#include <dropzone/kind/allowance.h>
#include <dropzone/value/timestamp.h>

namespace dropzone {

/// The origin of a record: what steps may read of the request that brought it. It is kept with the
/// record, so that the pipeline gives the same result whenever it runs again.
struct Received {
  Timestamp at = {};
  std::string by = {};  ///< The principal's name. Empty if it is not known.

  friend bool operator==(const Received&, const Received&) = default;
};

/// What a step may use besides the object that it is applied to. What it refers to must outlive it.
/// Not thread-safe: each run of a pipeline has its own.
struct StepContext {
  StepContext(Allowance& allowed, const Received& origin = kUnknown)
      : allowance(allowed), received(origin) {}

  Allowance& allowance;
  const Received& received;

 private:
  static inline const Received kUnknown;
};

}  // namespace dropzone
