#pragma once

#include <memory>
#include <string>

#include <dropzone/curl/http_client.h>
#include <dropzone/datastore/options.h>
#include <dropzone/result.h>

#include "auth/access_token.h"
#include "rpc/json_document.h"
#include "rpc/token_source.h"

namespace dropzone::datastore {

/// Finds this process's credentials as Google's libraries do ("application default credentials"):
/// the file that GOOGLE_APPLICATION_CREDENTIALS names, else the one that
/// `gcloud auth application-default login` writes, else the metadata server of Compute Engine,
/// Cloud Run, GKE and App Engine. `invalid_configuration` says what was looked for.
///
/// The client must outlive what is returned.
Result<std::unique_ptr<TokenSource>> find_credentials(curl::HttpClient& client,
                                                      const Environment& environment);

/// What a credentials file says, by its `type`. Errors name the file's member that is at fault.
Result<std::unique_ptr<TokenFetcher>> make_service_account(curl::HttpClient& client,
                                                           const JsonNode& file);
Result<std::unique_ptr<TokenFetcher>> make_authorized_user(curl::HttpClient& client,
                                                           const JsonNode& file);
Result<std::unique_ptr<TokenFetcher>> make_external_account(curl::HttpClient& client,
                                                            const JsonNode& file);

/// Asks the metadata server at this host, "metadata.google.internal" or "127.0.0.1:8080".
[[nodiscard]] std::unique_ptr<TokenFetcher> make_metadata_account(curl::HttpClient& client,
                                                                  std::string host);
/// Whether a metadata server answers there.
[[nodiscard]] bool has_metadata_server(curl::HttpClient& client, const std::string& host);

/// A text that a credentials file must have.
Result<std::string> required_text(const JsonNode& file, std::string_view name);
/// An address that it must have, where secrets go only encrypted.
Result<std::string> required_url(const JsonNode& file, std::string_view name);

/// The text of a file of credentials or of a token.
Result<std::string> read_small_file(const std::string& path);

}  // namespace dropzone::datastore
