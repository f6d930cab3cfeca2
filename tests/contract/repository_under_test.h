#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <dropzone/kind/kind.h>
#include <dropzone/store/record_repository.h>

namespace dropzone::contract {

/// A repository that is fresh and empty, and what it needs to live.
class RepositoryUnderTest {
 public:
  virtual ~RepositoryUnderTest() = default;
  virtual RecordRepository& repository() = 0;
};

struct RepositoryFactory {
  std::string name;
  /// Makes a repository that knows contract_kinds().
  std::function<std::unique_ptr<RepositoryUnderTest>()> make;
  /// Whether it promises never to refuse a query as unsupported.
  bool answers_every_query = true;
  /// Whether it is behind a network and slow: random tests draw less.
  bool remote = false;
};

/// The factories that this executable was linked with.
[[nodiscard]] std::vector<const RepositoryFactory*> repository_factories();

/// Adds a factory: `const RegisterRepository memory({"memory", ...});` at namespace scope.
class RegisterRepository {
 public:
  explicit RegisterRepository(RepositoryFactory factory);
};

/// Two kinds that differ in their indexes alone, so a repository has to answer both the same:
/// "plain" has none, "indexed" has one on each of a, b, c and nested.d, and one on a and -b.
[[nodiscard]] const std::vector<std::shared_ptr<const Kind>>& contract_kinds();

}  // namespace dropzone::contract
