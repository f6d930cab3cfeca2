#pragma once

#include <memory>
#include <string>

#include <dropzone/curl/http_client.h>
#include <dropzone/result.h>
#include <dropzone/value/value.h>

#include "access_token.h"

namespace dropzone::google_auth {

/// What a credentials file says, by its `type`. Errors name the file's member that is at fault.
Result<std::unique_ptr<TokenFetcher>> make_service_account(curl::HttpClient& client,
                                                           const Object& file);
Result<std::unique_ptr<TokenFetcher>> make_authorized_user(curl::HttpClient& client,
                                                           const Object& file);
Result<std::unique_ptr<TokenFetcher>> make_external_account(curl::HttpClient& client,
                                                            const Object& file);

/// Asks the metadata server at this host, "metadata.google.internal" or "127.0.0.1:8080".
[[nodiscard]] std::unique_ptr<TokenFetcher> make_metadata_account(curl::HttpClient& client,
                                                                  std::string host);
/// Whether a metadata server answers there.
[[nodiscard]] bool has_metadata_server(curl::HttpClient& client, const std::string& host);

/// A text that a credentials file must have.
Result<std::string> required_text(const Object& file, std::string_view name);
/// A required address, to which secrets are only sent encrypted.
Result<std::string> required_url(const Object& file, std::string_view name);

/// The text of a file of credentials or of a token.
Result<std::string> read_small_file(const std::string& path);

}  // namespace dropzone::google_auth
