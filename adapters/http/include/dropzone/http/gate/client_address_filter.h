#pragma once

#include <string_view>
#include <vector>

#include <dropzone/http/gate/cross_site_guard.h>
#include <dropzone/http/gate/rate_limiter.h>
#include <dropzone/http/message/handler.h>
#include <dropzone/http/message/ip_address.h>
#include <dropzone/http/message/request_observer.h>

namespace dropzone::http {

/// The header in which a proxy names its client. Only this one is honoured: a proxy passes the
/// other one on, so clients can forge it.
enum class ForwardedHeader : std::uint8_t { x_forwarded_for, forwarded };

/// The addresses that are admitted.
struct AddressRules {
  std::vector<AddressRange> allow = {};  ///< Empty: all.
  std::vector<AddressRange> deny = {};   ///< Overrides `allow`.
  /// Proxies that are trusted to name the address of their client.
  std::vector<AddressRange> proxies = {};
  ForwardedHeader header = ForwardedHeader::x_forwarded_for;

  /// True if no rule is set: every client is admitted under its peer's address.
  [[nodiscard]] bool empty() const noexcept;
  [[nodiscard]] bool admit(const IpAddress& client) const;
};

/// The address that a request came from: if the peer is one of the proxies, the last in the
/// header's list that is not one; if that is not an address, the proxy that named it.
[[nodiscard]] IpAddress client_of(const Request& request, const IpAddress& peer,
                                  const AddressRules& rules);

/// Stands before a handler: sets the request's address to the client's own, and answers itself
/// (403, 429) if the client's address is not admitted, or comes too often, or if a page of
/// another site sends what it may not.
class ClientAddressFilter final : public Handler {
 public:
  /// All must outlive this one. Without a limiter there is no limit; without an observer nobody is
  /// notified of what is refused here; without a guard pages of all sites may send anything.
  ClientAddressFilter(Handler& inner, AddressRules rules, RateLimiter* limiter,
                      RequestObserver* observer, const CrossSiteGuard* pages = nullptr);

  void handle(Request&& request, Responder&& respond) override;
  void begin_burst() noexcept override { inner_.begin_burst(); }
  void end_burst() noexcept override { inner_.end_burst(); }
  [[nodiscard]] bool takes_heads() const noexcept override { return inner_.takes_heads(); }

 private:
  void refuse(const Request& request, Responder respond, const Error& error,
              const RateDecision* decision) const;
  void pass(Request request, Responder respond, const RateDecision& decision);

  Handler& inner_;
  const AddressRules rules_;
  RateLimiter* const limiter_;
  RequestObserver* const observer_;
  const CrossSiteGuard* const pages_;
};

}  // namespace dropzone::http
