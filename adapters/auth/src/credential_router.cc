#include <dropzone/auth/credential_router.h>

#include <cstddef>
#include <utility>

#include <dropzone/auth/api_keys.h>
#include <dropzone/crypto/keyed_hash.h>

namespace dropzone::auth {

using std::chrono::steady_clock;

namespace {

// Each connection has room for one.
constexpr std::size_t kLongestKept = 4'096;

}  // namespace

/// The credentials of a request.
struct CredentialRouter::Sent {
  std::size_t count = 0;
  bool is_key = false;
  std::string_view text;  ///< Of the only one.

  explicit Sent(const http::Request& request) {
    for (const auto& [name, value] : request.headers) {
      const bool is_api_key = http::equals_ignoring_case(name, kApiKeyHeader);
      if (!is_api_key && !http::equals_ignoring_case(name, "Authorization")) continue;
      // Forms send an empty field if nobody filled it in: it counts as missing.
      if (value.empty()) continue;
      ++count;
      is_key = is_key || is_api_key;
      text = value;
    }
  }
};

std::optional<Result<Principal>> CredentialRouter::recognise(const http::Request& request) {
  const Sent sent(request);
  if (sent.count > 1) {
    return Result<Principal>(
        Error{ErrorCode::ambiguous_credentials,
              "The request has more than one credential. Send one Authorization header or one "
              "X-API-Key."});
  }
  http::Authenticator& authenticator = of(sent);
  const bool may_be_kept = sent.count == 1 && sent.text.size() <= kLongestKept;
  http::Recognition* const last = may_be_kept ? request.recognition.get() : nullptr;
  if (last && is_still(*last, request, sent, authenticator)) return Result(last->principal);

  const std::uint64_t revocations = authenticator.revocations();
  auto principal = authenticator.recognise(request);
  if (last && principal && *principal) {
    *last = {.by = &authenticator,
             .credentials = std::string(sent.text),
             .address = request.remote_address,
             .principal = **principal,
             .revocations = revocations,
             .until = steady_clock::now() + recognised_for_};
  }
  return principal;
}

bool CredentialRouter::is_still(const http::Recognition& last, const http::Request& request,
                                const Sent& sent, const http::Authenticator& authenticator) const {
  return last.by == &authenticator && last.address == request.remote_address &&
         crypto::equal_in_constant_time(last.credentials, sent.text) &&
         last.revocations == authenticator.revocations() && steady_clock::now() < last.until &&
         !last.principal.has_expired(clock_.now());
}

Result<Principal> CredentialRouter::authenticate(const http::Request& request) {
  return of(Sent(request)).authenticate(request);
}

std::uint64_t CredentialRouter::revocations() const noexcept {
  return passwords_.revocations() + keys_.revocations() + tokens_.revocations();
}

std::string CredentialRouter::claimed(const http::Request& request) const {
  return of(Sent(request)).claimed(request);
}

http::Authenticator& CredentialRouter::of(const Sent& sent) const {
  constexpr std::string_view kBearer = "Bearer ";
  if (sent.is_key) return keys_;
  const auto scheme = sent.text.substr(0, kBearer.size());
  return http::equals_ignoring_case(scheme, kBearer) ? tokens_ : passwords_;
}

}  // namespace dropzone::auth
