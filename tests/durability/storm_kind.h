#pragma once

#include <memory>

#include <dropzone/kind/kind.h>

namespace dropzone::durability {

/// "storm", with an index on n.
inline std::shared_ptr<const Kind> storm_kind() {
  const Object definition{{"name", "storm"}, {"version", 1}, {"indexes", Array{"n"}}};
  return std::make_shared<const Kind>(
      Kind::parse(definition, StepRegistry::with_core_steps()).value());
}

}  // namespace dropzone::durability
