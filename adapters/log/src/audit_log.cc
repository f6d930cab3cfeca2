#include <dropzone/log/audit_log.h>

#include <utility>

#include <dropzone/http/message/secret_mask.h>
#include <dropzone/value/timestamp.h>

namespace dropzone::log {
namespace {

using http::Effect;
using http::Method;
using http::RequestSummary;

constexpr std::string_view kStandardError = "stderr";

/// Whether it changes something, or has to do with keys and tokens.
bool changes(const RequestSummary& summary) {
  switch (summary.permission) {
    case Permission::write:
    case Permission::remove:
    case Permission::known: return true;
    case Permission::open: return summary.route.starts_with("/auth/");
    case Permission::admin:
      return summary.route.starts_with("/auth/") || summary.request.method != Method::get;
    case Permission::read: return false;
  }
  return true;
}

/// Whether a client was rejected for its credentials, address or roles, or because it has
/// guessed too often.
bool turned_away(const RequestSummary& summary) {
  const bool nobody = summary.permission != Permission::open && summary.principal.empty();
  return summary.status == 401 || summary.status == 403 || (summary.status == 429 && nobody);
}

bool only_reads(const RequestSummary& summary) {
  return summary.permission == Permission::read || summary.permission == Permission::admin;
}

std::string_view outcome_of(int status) {
  if (status >= 500) return "failed";
  if (status >= 400) return "refused";
  return status == 207 ? "partial" : "ok";
}

void append_counts(std::string& out, const Effect& effect) {
  out += ",\"counts\":{";
  for (const auto& [name, count] : effect.counts) {
    if (out.back() != '{') out += ',';
    out.append("\"").append(name).append("\":").append(std::to_string(count));
  }
  out += '}';
}

void append_effect(std::string& out, const Effect& effect) {
  if (!effect.kind.empty()) append_logged_member(out, "kind", effect.kind);
  if (!effect.counts.empty()) append_counts(out, effect);
  if (!effect.targets.empty()) append_logged_list(out, "targets", effect.targets);
  if (!effect.changes.empty()) out += ",\"changes\":" + effect.changes;
}

std::string members_of(const RequestSummary& summary) {
  std::string out = ",\"status\":" + std::to_string(summary.status);
  if (summary.error) append_logged_member(out, "code", error_name(summary.error->code));
  if (!summary.principal.empty()) append_logged_member(out, "principal", summary.principal);
  if (!summary.claimed.empty()) append_logged_member(out, "claimed", summary.claimed);
  append_logged_member(out, "address", summary.request.remote_address);
  if (summary.effect) append_effect(out, *summary.effect);
  append_logged_member(out, "requestId", summary.request.request_id);
  return out;
}

/// "POST /store"; without the path if there is no such route, which could be any text.
std::string operation_of(const RequestSummary& summary) {
  const bool known = summary.request.method != Method::other;
  std::string operation = known ? summary.request.method_text : "other";
  if (!summary.route.empty()) operation.append(" ").append(summary.route);
  return operation;
}

}  // namespace

Result<std::unique_ptr<AuditLog>> AuditLog::open(Settings settings, Clock& clock, Log& log) {
  std::unique_ptr<files::LineFile> file;
  if (settings.file != kStandardError) {
    auto opened = files::LineFile::open(settings.file);
    if (!opened) return std::move(opened).error();
    file = *std::move(opened);
  }
  return std::unique_ptr<AuditLog>(new AuditLog(std::move(settings), std::move(file), clock, log));
}

bool AuditLog::wants(const RequestSummary& summary) const {
  return changes(summary) || turned_away(summary) || (settings_.reads && only_reads(summary));
}

void AuditLog::answered(const RequestSummary& summary) {
  if (!wants(summary)) return;
  record(operation_of(summary), outcome_of(summary.status), members_of(summary));
}

void AuditLog::users_read(const Result<UserChanges>& changes) {
  std::string members;
  if (changes) {
    append_logged_list(members, "added", changes->added);
    append_logged_list(members, "changed", changes->changed);
    append_logged_list(members, "removed", changes->removed);
  }
  record("users read", changes ? "ok" : "refused", members);
}

void AuditLog::kind_read(std::string_view kind, std::string_view changes) {
  std::string members;
  append_logged_member(members, "kind", kind);
  members.append(",\"changes\":").append(changes);
  record("kind read", "ok", members);
}

Result<void> AuditLog::reopen() { return file_ ? file_->reopen() : Result<void>(); }

void AuditLog::record(std::string_view operation, std::string_view outcome,
                      std::string_view members) {
  std::string line = "{\"time\":\"";
  append_timestamp(line, clock_.now());
  line += '"';
  append_logged_member(line, "operation", operation);
  append_logged_member(line, "outcome", outcome);
  line.append(members).append("}\n");
  if (http::has_secret(line)) line = http::without_secrets(line);
  if (!file_) {
    log_.write_whole(line);
    return;
  }
  const auto written = file_->append(line);
  if (written) return;
  faults_.fetch_add(1);
  line.pop_back();
  const std::string message = "no line could be written to the audit log, " +
                              written.error().detail + (log_.json() ? "" : ": " + line);
  log_.write({LogLevel::error, message, ",\"audit\":" + line});
}

}  // namespace dropzone::log
