#pragma once

#include <dropzone/crypto/credential_verifier.h>
#include <dropzone/result.h>

#include "access/secrets.h"
#include "log/log.h"
#include "options/options.h"

namespace dropzone::server {

/// Gives the verifier its users: the configured one; else, where the store is embedded, the user
/// `admin`, whose password was made at the first start, shown then, and is kept as a slow hash
/// alone. A server on a shared store without a configured user is a fault: it would be nobody's
/// task to notice the password.
Result<void> admit_first_user(crypto::CredentialVerifier& verifier, const Options& options,
                              bool embedded_store, SharedSecrets& secrets, Log& log);

}  // namespace dropzone::server
