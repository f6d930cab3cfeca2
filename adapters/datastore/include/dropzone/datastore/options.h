#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <dropzone/datastore/rpc_observer.h>
#include <dropzone/result.h>

namespace dropzone::datastore {

/// Returns a variable of the process's environment, or of a test's.
using Environment = std::function<std::optional<std::string>(const char* name)>;

/// The environment of this process.
[[nodiscard]] std::optional<std::string> process_environment(const char* name);

/// When a failed call is repeated. The pause before the n-th repetition is random, between nothing
/// and min(initial_backoff * 2^(n-1), max_backoff): full jitter.
struct RetryPolicy {
  std::chrono::milliseconds initial_backoff{100};
  std::chrono::milliseconds max_backoff{10'000};
  int max_attempts = 6;
  /// How many repetitions may be in progress beyond those that successes have earned, over all
  /// calls together: an unavailable store is not flooded. Each success earns a tenth of one, each
  /// second five.
  double budget = 100;
};

/// The part of Google Datastore that a store uses: what follows `datastore:` in its URL.
struct StoreName {
  std::string project;
  std::string name_space;  ///< Empty: the default namespace.
  std::string database;    ///< Empty: the default database.

  /// Reads PROJECT[/NAMESPACE][?database=ID]. The detail of `invalid_configuration` continues
  /// after the URL: "has no project id …".
  static Result<StoreName> parse(std::string_view text);

  friend bool operator==(const StoreName&, const StoreName&) = default;
};

/// The place of the records and how to reach them. Defaults are as Google documents them.
struct DatastoreOptions {
  std::string project;
  std::string name_space;  ///< Empty: the default namespace.
  std::string database;    ///< Empty: the default database.

  std::string endpoint = "https://datastore.googleapis.com";  ///< Without a slash at its end.
  bool emulator = false;                          ///< No credentials; messages end at 4 MiB there.
  Environment environment = process_environment;  ///< For finding credentials.
  std::string ca_file;  ///< PEM file of the authorities to trust; empty: the system's.

  std::size_t commit_mutations = 500;              ///< Records in one commit, at most.
  std::size_t commit_bytes = 9u << 20;             ///< Bytes of one commit's request, at most.
  std::size_t answer_bytes = 32u << 20;            ///< Bytes of one answer, at most.
  std::size_t scan_limit = 10'000;                 ///< Entities that one query may read, at most.
  std::size_t parallel_commits = 4;                ///< Commits of one batch under way at once.
  std::chrono::milliseconds call_timeout{60'000};  ///< For a call without a nearer deadline.
  std::chrono::milliseconds attempt_timeout{20'000};  ///< For one attempt of a call.
  RetryPolicy retry;

  /// Notified of every remote call, for metrics. May be null.
  std::shared_ptr<RpcObserver> observer;

  /// The store of this name, in the emulator if the environment has DATASTORE_EMULATOR_HOST.
  static DatastoreOptions of(StoreName name, Environment environment = process_environment);

  /// The same, of a name as StoreName::parse() reads it.
  static Result<DatastoreOptions> parse(std::string_view text,
                                        Environment environment = process_environment);
};

}  // namespace dropzone::datastore
