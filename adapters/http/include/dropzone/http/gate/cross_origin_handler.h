#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/expects.h>
#include <dropzone/http/message/handler.h>
#include <dropzone/http/message/request_observer.h>

namespace dropzone::http {

/// Whether a text is an origin as browsers send it: scheme and host in lower case, a port that is
/// not the scheme's own, nothing after it: "https://app.example.com:8443".
[[nodiscard]] bool is_origin(std::string_view text) noexcept;

/// Lets pages of certain other origins call a handler (CORS, by the Fetch standard): adds to
/// the handler's answers the headers for browsers. Stands before everything that refuses, so
/// that a page can read the refusal, too; a PreflightHandler stands behind that. Answers to other
/// origins stay as they are, and browsers keep them from their pages; without origins all do. Only
/// what the server has to refuse before it has read the Origin is readable for pages of any origin:
/// it concerns the request alone. Credentials are those that a page sends itself, in the
/// Authorization header or as a key: a browser's own, cookies and passwords it knows, are never
/// allowed.
class CrossOriginHandler final : public Handler {
 public:
  /// The inner handler must outlive this one. Precondition: is_origin() of each.
  CrossOriginHandler(Handler& inner, std::vector<std::string> origins)
      : inner_(inner), origins_(std::move(origins)) {
    DROPZONE_EXPECTS(std::ranges::all_of(origins_, is_origin));
  }

  void handle(Request&& request, Responder&& respond) override;
  void begin_burst() noexcept override { inner_.begin_burst(); }
  void end_burst() noexcept override { inner_.end_burst(); }
  [[nodiscard]] bool takes_heads() const noexcept override { return inner_.takes_heads(); }
  void open_to_pages(std::optional<std::string_view> origin, Headers& answer) const override;

 private:
  Handler& inner_;
  const std::vector<std::string> origins_;
};

/// Answers the preflight requests of pages of these origins in a handler's place, and reports those
/// of others. Checks of the client's address come before it. Other requests pass
/// through.
class PreflightHandler final : public Handler {
 public:
  /// Like a CrossOriginHandler's, which adds the origin to the answers. The observer, which may be
  /// null, must outlive this one.
  PreflightHandler(Handler& inner, std::vector<std::string> origins,
                   RequestObserver* observer = nullptr)
      : inner_(inner), origins_(std::move(origins)), observer_(observer) {}

  void handle(Request&& request, Responder&& respond) override;
  void begin_burst() noexcept override { inner_.begin_burst(); }
  void end_burst() noexcept override { inner_.end_burst(); }
  [[nodiscard]] bool takes_heads() const noexcept override { return inner_.takes_heads(); }

 private:
  Handler& inner_;
  const std::vector<std::string> origins_;
  RequestObserver* const observer_;
};

}  // namespace dropzone::http
