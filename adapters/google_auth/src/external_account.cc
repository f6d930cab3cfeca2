#include <optional>
#include <utility>

#include <dropzone/curl/http_client.h>
#include <dropzone/value/json_text.h>
#include <dropzone/value/timestamp.h>

#include "accounts.h"
#include "json_members.h"
#include "unusable.h"

namespace dropzone::google_auth {
namespace {

constexpr std::string_view kSubjectWhat = "the source of the subject token";
constexpr std::string_view kImpersonationWhat = "the service account's impersonation";

/// The source of the workload's own tokens: a file, or an address.
class SubjectToken {
 public:
  static Result<SubjectToken> parse(const Object& source) {
    SubjectToken subject;
    subject.file_ = text_member(source, "file");
    subject.url_ = text_member(source, "url");
    const bool is_aws = source.find("environment_id") != nullptr;
    if (is_aws || subject.file_.empty() == subject.url_.empty()) {
      return unusable("its \"credential_source\" must have either a \"file\" or a \"url\"");
    }
    if (const Object* const headers = object_member(source, "headers")) {
      for (const auto& [name, value] : headers->members()) {
        subject.headers_.push_back(name + ": " + std::string(text_member(*headers, name)));
      }
    }
    if (const Object* const format = object_member(source, "format")) {
      subject.is_json_ = text_member(*format, "type") == "json";
      subject.field_ = text_member(*format, "subject_token_field_name");
      if (subject.is_json_ && subject.field_.empty()) {
        return unusable("its \"format\" has no \"subject_token_field_name\"");
      }
    }
    return subject;
  }

  Result<std::string> read(curl::HttpClient& client, const CallOptions& call) const {
    auto text = file_.empty() ? read_url(client, call) : read_small_file(file_);
    if (!text) {
      return Error{ErrorCode::unavailable, "No credentials: " + std::string(kSubjectWhat) +
                                               " cannot be read: " + text.error().detail};
    }
    if (!is_json_) return text;
    const auto answer = parse_object(*text);
    const std::string_view token = answer ? text_member(*answer, field_) : std::string_view();
    if (!token.empty()) return std::string(token);
    return Error{ErrorCode::unavailable,
                 "No credentials: " + std::string(kSubjectWhat) + " has no \"" + field_ + "\"."};
  }

 private:
  Result<std::string> read_url(curl::HttpClient& client, const CallOptions& call) const {
    curl::HttpRequest request;
    request.method = "GET";
    request.url = url_;
    request.headers = headers_;
    request.deadline = call.deadline;
    request.stop = call.stop;
    return request_text(client, std::move(request), kSubjectWhat);
  }

  std::string file_;
  std::string url_;
  std::vector<std::string> headers_;
  bool is_json_ = false;
  std::string field_;
};

/// Workload identity federation: another provider's token is exchanged for Google's, and that, if
/// it is asked for, for one of a service account.
class ExternalAccount final : public TokenFetcher {
 public:
  struct Settings {
    std::string audience;
    std::string subject_token_type;
    std::string token_url;
    std::string impersonation_url;  ///< Empty: none.
    std::int64_t lifetime_seconds = 3'600;
  };

  ExternalAccount(curl::HttpClient& client, Settings settings, SubjectToken subject)
      : client_(client), settings_(std::move(settings)), subject_(std::move(subject)) {}

  Result<AccessToken> fetch(const CallOptions& call) override {
    auto subject = subject_.read(client_, call);
    if (!subject) return subject.error();
    auto token =
        request_token(client_, settings_.token_url,
                      {{"grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"},
                       {"audience", settings_.audience},
                       {"scope", std::string(kScope)},
                       {"requested_token_type", "urn:ietf:params:oauth:token-type:access_token"},
                       {"subject_token_type", settings_.subject_token_type},
                       {"subject_token", *std::move(subject)}},
                      call);
    if (!token || settings_.impersonation_url.empty()) return token;
    return impersonate(token->token, call);
  }

 private:
  Result<AccessToken> impersonate(const std::string& token, const CallOptions& call) const {
    std::string body = "{\"scope\":[";
    append_json_string(body, kScope);
    body += "],\"lifetime\":\"" + std::to_string(settings_.lifetime_seconds) + "s\"}";
    curl::HttpRequest request;
    request.url = settings_.impersonation_url;
    request.headers = {"Content-Type: application/json", "Authorization: Bearer " + token};
    request.body = body;
    request.deadline = call.deadline;
    request.stop = call.stop;
    auto answer = request_text(client_, std::move(request), kImpersonationWhat);
    if (!answer) return answer.error();
    return read_impersonation(*answer);
  }

  static Result<AccessToken> read_impersonation(std::string_view answer) {
    const auto object = parse_object(answer);
    const std::string_view token =
        object ? text_member(*object, "accessToken") : std::string_view();
    const auto expires = parse_timestamp(object ? text_member(*object, "expireTime") : "");
    if (token.empty() || !expires) {
      return Error{ErrorCode::unavailable,
                   "No credentials: " + std::string(kImpersonationWhat) + " gives no token."};
    }
    const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now().time_since_epoch());
    return AccessToken{std::string(token), std::chrono::steady_clock::now() +
                                               (std::chrono::microseconds(expires->micros) - now)};
  }

  curl::HttpClient& client_;
  const Settings settings_;
  const SubjectToken subject_;
};

Result<void> read_impersonation_settings(const Object& file, ExternalAccount::Settings& settings) {
  if (!file.find("service_account_impersonation_url")) return {};
  auto url = required_url(file, "service_account_impersonation_url");
  if (!url) return url.error();
  settings.impersonation_url = *std::move(url);
  if (const Object* const options = object_member(file, "service_account_impersonation")) {
    settings.lifetime_seconds =
        integer_member(*options, "token_lifetime_seconds").value_or(settings.lifetime_seconds);
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<TokenFetcher>> make_external_account(curl::HttpClient& client,
                                                            const Object& file) {
  ExternalAccount::Settings settings;
  DROPZONE_TRY(settings.audience, required_text(file, "audience"));
  DROPZONE_TRY(settings.subject_token_type, required_text(file, "subject_token_type"));
  DROPZONE_TRY(settings.token_url, required_url(file, "token_url"));
  DROPZONE_CHECK(read_impersonation_settings(file, settings));

  const Object* const source = object_member(file, "credential_source");
  if (!source) return unusable("it has no \"credential_source\"");
  DROPZONE_TRY(SubjectToken subject, SubjectToken::parse(*source));
  return std::make_unique<ExternalAccount>(client, std::move(settings), std::move(subject));
}

}  // namespace dropzone::google_auth
