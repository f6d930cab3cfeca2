#include "repository_under_test.h"

#include <stdexcept>
#include <utility>

namespace dropzone::contract {
namespace {

std::vector<RepositoryFactory>& registered() {
  static std::vector<RepositoryFactory> factories;
  return factories;
}

std::shared_ptr<const Kind> make_kind(const char* name, Array indexes) {
  const Object definition{{"name", name}, {"version", 1}, {"indexes", std::move(indexes)}};
  auto kind = Kind::parse(definition, StepRegistry::with_core_steps());
  if (!kind) throw std::logic_error(kind.error().detail);
  return std::make_shared<const Kind>(*std::move(kind));
}

}  // namespace

std::vector<const RepositoryFactory*> repository_factories() {
  std::vector<const RepositoryFactory*> factories;
  for (const RepositoryFactory& factory : registered()) factories.push_back(&factory);
  return factories;
}

RegisterRepository::RegisterRepository(RepositoryFactory factory) {
  registered().push_back(std::move(factory));
}

const std::vector<std::shared_ptr<const Kind>>& contract_kinds() {
  static const std::vector<std::shared_ptr<const Kind>> kinds{
      make_kind("plain", {}),
      make_kind("indexed", {"a", "b", "c", "nested.d", "/h.i", Array{"a", "-b"}}),
  };
  return kinds;
}

}  // namespace dropzone::contract
