#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "state.h"

namespace dropzone::model_disk {

[[nodiscard]] Sort sort_of(const std::string& name);

/// What a call has to do in place of what it was asked for.
struct Fault {
  Action action = Action::fail;
  int error = 0;
};

/// The faults that the driver has ordered, and chance. Thread-safe.
class Faults {
 public:
  explicit Faults(State& state) : state_(state) {}

  /// Counts the call, lets it wait if the disk is slow, and says whether it is to fail. Does not
  /// return if the disk is off.
  std::optional<Fault> before(Call call, Sort sort);

  /// Whether something happens that does so `chance` times of 65,536. The same seed and the same
  /// order of calls decide the same.
  bool happens(std::uint32_t chance) { return draw() % 65'536 < chance; }

 private:
  std::uint64_t draw();

  State& state_;
};

}  // namespace dropzone::model_disk
