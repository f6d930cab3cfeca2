#pragma once

#include <dropzone/value/timestamp.h>

namespace dropzone {

/// Returns the time of day. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() = 0;
};

/// The machine's clock.
class SystemClock final : public Clock {
 public:
  Timestamp now() override;
};

}  // namespace dropzone
