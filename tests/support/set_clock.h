#pragma once

#include <dropzone/store/clock.h>

namespace dropzone::test {

/// Stands still until it is set.
class SetClock final : public Clock {
 public:
  Timestamp now() override { return time; }
  Timestamp time{1'700'000'000'000'000};
};

}  // namespace dropzone::test
