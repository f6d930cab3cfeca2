#pragma once

#include <string>

#include <dropzone/jose/key_set.h>
#include <dropzone/result.h>

#include "document_fetcher.h"

namespace dropzone::oidc {

/// Asks a provider where its keys are, and then for them. `unavailable` if it does not say, or
/// says what cannot be used; the detail is for the operator.
Result<jose::KeySet> discover_keys(DocumentFetcher& fetcher, const std::string& issuer,
                                   std::chrono::milliseconds timeout);

}  // namespace dropzone::oidc
