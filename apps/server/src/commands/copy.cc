#include "commands/commands.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>
#include <variant>

#include <dropzone/crypto/openssl_digest.h>
#include <dropzone/json/document_decoder.h>
#include <dropzone/kinds/kinds_to_copy.h>
#include <dropzone/kinds/retention_sweeper.h>
#include <dropzone/log/log.h>
#include <dropzone/metrics/metrics.h>
#include <dropzone/process/progress_line.h>
#include <dropzone/store/clock.h>
#include <dropzone/store/copy_report.h>
#include <dropzone/store/record_copier.h>

#include "commands/copy_command_line.h"
#include "kinds.h"
#include "options/options.h"
#include "steps.h"
#include "store.h"

namespace dropzone::server {
namespace {

constexpr std::string_view kCopyUsage =
    R"(dropzone-server copy --from URL --to URL [--only KIND,...] [--secrets] [OPTION VALUE]...

Copies all records from one store to another, with their originals, times and versions, and the
rejects; then reads both stores and compares them, kind by kind. The exit status is 0 if they have
the same, and 1 if not. Records that are there already are left as they are: to resume a copy that
was interrupted, run it again. Secrets, keys of devices and tokens are copied only with --secrets.
OPTIONs are the server's: --kinds, --config, --datastore-commits and others. No server may use a
SQLite file meanwhile: stop it, or copy from a backup.
)";

/// A store that is open, with what it needs to be so.
struct OpenStore {
  std::unique_ptr<metrics::Metrics> metrics = std::make_unique<metrics::Metrics>();
  Store store;
};

/// What all steps of the command share.
struct Job {
  const CopyCommandLine& args;
  const config::Environment& environment;
  Options options;
  const StepRegistry& steps;
  const KindCatalog& kinds;
  log::Log& log;
};

Result<stores::StoreUrl> store_of(const std::string& text, std::string_view option) {
  auto url = stores::parse_store_url(text);
  if (!url) return config::fault(option, url.error().detail);
  if (std::holds_alternative<stores::MemoryStore>(*url)) {
    return config::fault(option,
                         "a memory: store starts empty and keeps nothing, so it cannot be copied.");
  }
  return url;
}

Result<void> check_stores(const CopyCommandLine& args) {
  DROPZONE_TRY(const auto from, store_of(args.from, "--from"));
  DROPZONE_TRY(const auto to, store_of(args.to, "--to"));
  if (from == to) return config::fault("--to", "it is the store that --from names.");
  const auto* const file = std::get_if<stores::SqliteStore>(&from);
  std::error_code ignored;
  if (file != nullptr && !std::filesystem::is_regular_file(file->path, ignored)) {
    return config::fault("--from", "there is no store " + file->path.string() + ".");
  }
  return {};
}

/// A fault of a store, with the option that named it here.
Error named(std::string_view option, Error error) {
  constexpr std::string_view kOption = "--store";
  if (error.detail.starts_with(kOption)) error.detail.replace(0, kOption.size(), option);
  return error;
}

Result<OpenStore> open(const Job& job, std::string_view option, const std::string& url) {
  OpenStore opened;
  Options options = job.options;
  options.store = url;
  auto store = open_store(options, job.environment, job.kinds, *opened.metrics, job.log);
  if (!store) return named(option, std::move(store).error());
  opened.store = *std::move(store);
  return opened;
}

Error broken_off(const std::string& kind, const Error& error) {
  return config::fault(
      "copy", kind + ": " + error.detail +
                  " Records copied so far are kept: run the same command again to resume.");
}

Result<CopyOutcome> copy(const Job& job, RecordRepository& source, RecordRepository& target) {
  const auto defined = kinds_deployed_by_request(source, kNoDeadline);
  if (!defined) return config::fault("--from", defined.error().detail);
  const kinds::KnownKinds known{.files = job.kinds, .defined = *defined};
  const auto found = kinds::find_kinds(source, known);
  if (!found) return config::fault("--from", found.error().detail);
  const auto chosen =
      kinds::kinds_to_copy(*found, known, {.only = job.args.only, .secrets = job.args.secrets});
  if (!chosen) {
    const bool misnamed = chosen.error().code == ErrorCode::unknown_kind;
    return config::fault(misnamed ? "--only" : "copy", chosen.error().detail);
  }
  const json::JsonDocumentDecoder decoder;
  const crypto::OpensslDigest digest;
  DROPZONE_TRY(auto kept_for, kinds::kept_for_in(source, known, job.steps,
                                                 kinds::kept_for(job.options.reject_retention)));
  RecordCopier copier({source, target, decoder, digest, std::move(kept_for)});
  auto line = process::ProgressLine::on_standard_error();
  std::vector<KindReport> reports;
  for (const std::string& kind : chosen->chosen) {
    auto report = copier.copy_and_compare(kind, line);
    if (!report) return broken_off(kind, report.error());
    reports.push_back(*std::move(report));
  }
  return CopyOutcome{copy_report(reports, chosen->left_out, {job.args.from, job.args.to}),
                     std::ranges::all_of(reports, &KindReport::same)};
}

}  // namespace

Result<CopyOutcome> run_copy_command(std::vector<std::string> arguments,
                                     const config::Environment& environment) {
  if (arguments.empty() || std::ranges::count(arguments, "--help") > 0) {
    return CopyOutcome{std::string(kCopyUsage), true};
  }
  DROPZONE_TRY(const auto args, read_copy_command_line(std::move(arguments)));
  DROPZONE_CHECK(check_stores(args));
  DROPZONE_TRY(const auto options, read_options(args.settings, environment));
  DROPZONE_TRY(const StepRegistry steps, make_steps(options));
  DROPZONE_TRY(const auto kinds, load_kinds(options, steps));

  SystemClock clock;
  log::Log log({.level = log::LogLevel::warning, .json = false, .descriptor = STDERR_FILENO},
               clock);
  const Job job{args, environment, options, steps, kinds, log};
  DROPZONE_TRY(const auto from, open(job, "--from", args.from));
  DROPZONE_TRY(const auto to, open(job, "--to", args.to));
  return copy(job, *from.store.repository, *to.store.repository);
}

}  // namespace dropzone::server
