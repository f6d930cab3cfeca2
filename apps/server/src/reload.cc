#include "reload.h"

#include <chrono>
#include <string>
#include <vector>

#include <dropzone/value/difference.h>

#include "first_user.h"

namespace dropzone::server {
namespace {

constexpr std::chrono::seconds kTokensPatience{5};

template <typename T>
void report(std::string_view what, const Result<T>& reloaded, log::Log& log) {
  if (reloaded) {
    log.info("reloaded " + std::string(what));
  } else {
    log.warning("not reloaded: " + reloaded.error().detail);
  }
}

/// Here they are invalid already. Other instances may not have read the users yet.
void end_tokens(const std::vector<std::string>& users, auth::Tokens& tokens, log::Log& log) {
  const CallOptions options(std::chrono::steady_clock::now() + kTokensPatience);
  if (const auto ended = tokens.end_stale(users, options); !ended) {
    log.warning(
        "tokens of removed or changed users are still valid on instances that have "
        "not read the users: " +
        ended.error().detail);
  }
}

void audit_kinds(const std::vector<kinds::FileChange>& changes, log::AuditLog& audit) {
  for (const kinds::FileChange& change : changes) {
    audit.kind_read(change.kind, audited_differences(change.before, change.after));
  }
}

}  // namespace

void reload(const Reloaded& parts, Reloads& reloads) {
  const auto& [options, server, auth, live_kinds, audit, log, report_doubts] = parts;
  if (audit != nullptr) report("the audit log", audit->reopen(), log);
  if (!options.tls.certificate_file.empty()) report("the TLS files", server.reload_tls(), log);
  const auto changes = reload_users(auth.users, options);
  reloads.users_unusable = !changes;
  auth.verified.forget_all();
  if (audit != nullptr && !options.users.empty()) audit->users_read(changes);
  if (!options.users.empty()) report("the users", changes, log);
  if (changes && auth.users.nobody() && !options.users.empty()) {
    log.error("--users " + options.users.string() +
              ": it has no users, so nobody can log in with a password any more. Add one: "
              "dropzone-server user add NAME.");
  }
  if (changes) end_tokens(changes->invalidated, auth.tokens, log);
  const auto changed_kinds = live_kinds.reload();
  report("the kinds", changed_kinds, log);
  if (changed_kinds) {
    if (audit != nullptr) audit_kinds(*changed_kinds, *audit);
    report_doubts();
  }
  log.info("reload finished; options are read only at the start");
}

void add_reload_stats(metrics::Metrics& metrics, const Reloads& reloads) {
  metrics.add_gauge("dropzone_users_file_unusable",
                    "1 if the users file could not be read again: its previous users stay valid.",
                    [&reloads] { return reloads.users_unusable ? 1.0 : 0.0; });
}

}  // namespace dropzone::server
