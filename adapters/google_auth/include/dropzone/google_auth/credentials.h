#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <dropzone/curl/http_client.h>
#include <dropzone/google_auth/token_source.h>
#include <dropzone/result.h>

namespace dropzone::google_auth {

/// Returns a variable of the process's environment, or of a test's.
using Environment = std::function<std::optional<std::string>(const char* name)>;

/// Finds this process's credentials as Google's libraries do ("application default credentials"):
/// the file that GOOGLE_APPLICATION_CREDENTIALS names, else the one that
/// `gcloud auth application-default login` writes, else the metadata server of Compute Engine,
/// Cloud Run, GKE and App Engine. `invalid_configuration` says what was looked for.
///
/// The client must outlive the result.
Result<std::unique_ptr<TokenSource>> find_credentials(curl::HttpClient& client,
                                                      const Environment& environment);

}  // namespace dropzone::google_auth
