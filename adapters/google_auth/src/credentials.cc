#include <dropzone/google_auth/credentials.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include <dropzone/curl/http_client.h>

#include "accounts.h"
#include "cached_token_source.h"
#include "json_members.h"
#include "unusable.h"

namespace dropzone::google_auth {
namespace {

constexpr std::uintmax_t kMaxFileBytes = 1 << 20;
constexpr const char* kDefaultMetadataHost = "metadata.google.internal";

using Make = Result<std::unique_ptr<TokenFetcher>> (*)(curl::HttpClient&, const Object&);

constexpr std::array<std::pair<std::string_view, Make>, 3> kTypes{{
    {"service_account", make_service_account},
    {"authorized_user", make_authorized_user},
    {"external_account", make_external_account},
}};

Result<std::unique_ptr<TokenFetcher>> make_fetcher(curl::HttpClient& client, const Object& file) {
  const std::string_view type = text_member(file, "type");
  for (const auto& [name, make] : kTypes) {
    if (name == type) return make(client, file);
  }
  return unusable("its type is \"" + std::string(type) +
                  "\"; known are service_account, authorized_user and external_account");
}

std::string quota_project(const Environment& environment, const Object* file) {
  if (auto project = environment("GOOGLE_CLOUD_QUOTA_PROJECT")) return *std::move(project);
  return file ? std::string(text_member(*file, "quota_project_id")) : std::string();
}

Result<std::unique_ptr<TokenSource>> read_credentials(curl::HttpClient& client,
                                                      const Environment& environment,
                                                      const std::string& path) {
  const auto at_fault = [&](const std::string& detail) {
    return unusable("The credentials file " + path + " cannot be used: " + detail + '.');
  };
  auto text = read_small_file(path);
  if (!text) return at_fault(text.error().detail);
  const auto file = parse_object(*text);
  if (!file) return at_fault("it is not a JSON object");
  auto fetcher = make_fetcher(client, *file);
  if (!fetcher) return at_fault(fetcher.error().detail);
  return std::unique_ptr<TokenSource>(
      std::make_unique<CachedTokenSource>(*std::move(fetcher), quota_project(environment, &*file)));
}

// The file that `gcloud auth application-default login` writes.
std::optional<std::string> well_known_file(const Environment& environment) {
  std::filesystem::path folder;
  if (const auto config = environment("CLOUDSDK_CONFIG")) {
    folder = *config;
  } else if (const auto home = environment("HOME")) {
    folder = std::filesystem::path(*home) / ".config" / "gcloud";
  } else {
    return std::nullopt;
  }
  const auto file = folder / "application_default_credentials.json";
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return std::nullopt;
  return file.string();
}

std::string metadata_host(const Environment& environment) {
  for (const char* const name : {"GCE_METADATA_HOST", "GCE_METADATA_IP"}) {
    if (auto host = environment(name)) return *std::move(host);
  }
  return kDefaultMetadataHost;
}

}  // namespace

Result<std::string> read_small_file(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) return unusable(error.message());
  if (size > kMaxFileBytes) return unusable("it is larger than 1 MiB");
  std::ifstream stream(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (!stream.good() && !stream.eof()) return unusable("it cannot be read");
  return text;
}

Result<std::string> required_text(const Object& file, std::string_view name) {
  const std::string_view text = text_member(file, name);
  if (text.empty()) return unusable("it has no \"" + std::string(name) + '"');
  return std::string(text);
}

Result<std::string> required_url(const Object& file, std::string_view name) {
  auto url = required_text(file, name);
  if (url && !url->starts_with("https://")) {
    return unusable("its \"" + std::string(name) + "\" is not an https:// address");
  }
  return url;
}

Result<std::unique_ptr<TokenSource>> find_credentials(curl::HttpClient& client,
                                                      const Environment& environment) {
  if (const auto path = environment("GOOGLE_APPLICATION_CREDENTIALS")) {
    return read_credentials(client, environment, *path);
  }
  if (const auto path = well_known_file(environment)) {
    return read_credentials(client, environment, *path);
  }
  const std::string host = metadata_host(environment);
  if (!environment("NO_GCE_CHECK") && has_metadata_server(client, host)) {
    return std::unique_ptr<TokenSource>(std::make_unique<CachedTokenSource>(
        make_metadata_account(client, host), quota_project(environment, nullptr)));
  }
  return unusable(
      "There are no credentials for Google Datastore: GOOGLE_APPLICATION_CREDENTIALS names no "
      "file, `gcloud auth application-default login` has not been run, and there is no metadata "
      "server. For the emulator set DATASTORE_EMULATOR_HOST.");
}

}  // namespace dropzone::google_auth
