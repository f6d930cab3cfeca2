#pragma once

#include <string_view>
#include <vector>

#include <dropzone/http/gate/cross_site_guard.h>
#include <dropzone/http/gate/rate_limiter.h>
#include <dropzone/http/message/handler.h>
#include <dropzone/http/message/ip_address.h>
#include <dropzone/http/message/request_observer.h>

namespace dropzone::http {

/// The header in which a proxy says for whom it asks. Only one is looked at: a proxy passes the
/// other one on as a client made it up.
enum class ForwardedHeader : std::uint8_t { x_forwarded_for, forwarded };

/// Which addresses may come in.
struct AddressRules {
  std::vector<AddressRange> allow = {};  ///< Empty: all.
  std::vector<AddressRange> deny = {};   ///< Stronger than `allow`.
  /// Proxies that are believed about the address of their client.
  std::vector<AddressRange> proxies = {};
  ForwardedHeader header = ForwardedHeader::x_forwarded_for;

  /// Whether they let everybody in, as who he is.
  [[nodiscard]] bool empty() const noexcept;
  [[nodiscard]] bool admit(const IpAddress& client) const;
};

/// The address that a request came from: where the peer is one of the proxies, the last in the
/// header's list that is none; where that is no address, the proxy that named it.
[[nodiscard]] IpAddress client_of(const Request& request, const IpAddress& peer,
                                  const AddressRules& rules);

/// Stands before a handler: tells it the client's own address as the request's, and answers itself
/// (403, 429) where the client's address may not come in, or comes too often, or where a page of
/// another site sends what it may not.
class ClientAddressFilter final : public Handler {
 public:
  /// All must outlive this one. Without a limiter there is no limit; without an observer nobody is
  /// told of what is refused here; without a guard pages of all sites may send anything.
  ClientAddressFilter(Handler& inner, AddressRules rules, RateLimiter* limiter,
                      RequestObserver* observer, const CrossSiteGuard* pages = nullptr);

  void handle(Request request, Responder respond) override;
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
