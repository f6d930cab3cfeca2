#pragma once

#include <memory>
#include <string>

#include <dropzone/auth/oidc_tokens.h>
#include <dropzone/auth/secrets.h>
#include <dropzone/auth/shared_cursors.h>
#include <dropzone/log/log.h>
#include <dropzone/result.h>
#include <dropzone/store/clock.h>

#include "options/options.h"
#include "store.h"

namespace dropzone::server {

/// The secret that all instances share, from which they derive their keys: that of --secret-file,
/// else one that is made once and kept in the store.
Result<std::string> shared_secret(const Options& options, auth::SharedSecrets& secrets);

/// Asks the store for the cursors' key, or makes it. If a remote store does not answer now, it is
/// asked when the key is needed: the server still starts, with a warning in the log.
Result<void> prepare(const auth::SharedCursors& cursors, Store& store, log::Log& log);

/// The OpenID Connect provider that the options name; null if they name none. Logs when its keys
/// cannot be fetched, and when they can again, for which clock and log must outlive it.
std::unique_ptr<auth::OidcTokens> open_provider(const Options& options, Clock& clock,
                                                log::Log& log);

}  // namespace dropzone::server
