#include <dropzone/http/gate/rate_limiter.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include <dropzone/expects.h>
#include <dropzone/random_bits.h>

namespace dropzone::http {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr std::size_t kSlotsOfASet = 8;
constexpr std::size_t kLocks = 64;
constexpr std::size_t kMostQuota = 1'000'000;

constexpr std::array<std::pair<std::string_view, int>, 3> kUnits{
    {{"s", 1}, {"m", 60}, {"h", 3'600}}};

std::string random_seed() {
  return std::to_string(random_bits()) + "," + std::to_string(random_bits());
}

}  // namespace

std::unique_ptr<RateLimiter> RateLimiter::of(RateLimit limit, std::string policy) {
  if (limit.quota == 0) return nullptr;
  return std::make_unique<RateLimiter>(limit, std::move(policy));
}

Result<RateLimit> RateLimit::parse(std::string_view text) {
  const auto slash = std::min(text.find('/'), text.size());
  std::size_t quota = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + slash, quota);
  const auto unit = text.substr(std::min(slash + 1, text.size()));
  for (const auto& [name, length] : kUnits) {
    if (name != unit || error != std::errc() || end != text.data() + slash) continue;
    if (quota == 0 || quota > kMostQuota) break;
    return RateLimit{quota, seconds(length)};
  }
  return Error{ErrorCode::invalid_request,
               "\"" + std::string(text) +
                   "\" is not a rate. Write 1 to 1000000 requests a second, minute or hour: 100/s, "
                   "6000/m, 10000/h."};
}

std::string RateLimit::text() const {
  if (quota == 0) return {};
  for (const auto& [name, length] : kUnits) {
    if (window.count() == length) return std::to_string(quota) + "/" + std::string(name);
  }
  return {};
}

/// A set-associative table: a sender has its place in one of a few of one set.
struct RateLimiter::Table {
  struct Slot {
    std::uint64_t sender = 0;  ///< A hash that nobody outside can foresee.
    Time full;                 ///< When the bucket will be full again; a past time: it is.
  };
  using Set = std::array<Slot, kSlotsOfASet>;

  explicit Table(std::size_t places) : sets(std::max<std::size_t>(1, places / kSlotsOfASet)) {}

  [[nodiscard]] std::uint64_t hash(std::string_view sender) const {
    return std::hash<std::string>()(seed + std::string(sender)) | 1;  // 0 is nobody.
  }

  static Slot& slot_of(Set& set, std::uint64_t sender) {
    const auto found = std::ranges::find(set, sender, &Slot::sender);
    if (found != set.end()) return *found;
    Slot& fullest = *std::ranges::min_element(set, {}, &Slot::full);
    fullest = {.sender = sender, .full = Time()};
    return fullest;
  }

  const std::string seed = random_seed();
  std::vector<Set> sets;
  std::array<std::mutex, kLocks> locks;
};

RateLimiter::RateLimiter(RateLimit limit, std::string policy, std::size_t places)
    : limit_((DROPZONE_EXPECTS(limit.quota > 0), limit)),
      policy_(std::move(policy)),
      interval_(nanoseconds(limit.window) / static_cast<std::int64_t>(limit.quota)),
      table_(std::make_unique<Table>(places)) {}

RateLimiter::~RateLimiter() = default;

RateDecision RateLimiter::spend(std::string_view sender, Time now) {
  const auto capacity = interval_ * static_cast<std::int64_t>(limit_.quota);
  const std::uint64_t hash = table_->hash(sender);
  const std::size_t index = hash / 2 % table_->sets.size();
  const std::lock_guard lock(table_->locks[index % kLocks]);
  Table::Slot& slot = Table::slot_of(table_->sets[index], hash);
  const Time full = std::max(slot.full, now) + interval_;
  RateDecision decision{.allowed = full - now <= capacity};
  if (decision.allowed) {
    slot.full = full;
  } else {
    decision.retry_after = std::chrono::ceil<seconds>(full - now - capacity);
  }
  const auto used = slot.full - now;
  decision.remaining = static_cast<std::size_t>((capacity - used) / interval_);
  decision.reset = std::chrono::ceil<seconds>(used);
  return decision;
}

void RateLimiter::add_fields(Headers& headers, const RateDecision& decision) const {
  const std::string name = '"' + policy_ + '"';
  headers.add("RateLimit-Policy", name + ";q=" + std::to_string(limit_.quota) +
                                      ";w=" + std::to_string(limit_.window.count()));
  headers.add("RateLimit", name + ";r=" + std::to_string(decision.remaining) +
                               ";t=" + std::to_string(decision.reset.count()));
}

Error RateLimiter::refusal(const RateDecision& decision) const {
  return {.code = ErrorCode::rate_limited,
          .detail = "More than " + std::to_string(limit_.quota) + " requests in " +
                    std::to_string(limit_.window.count()) + " s; the limit is that of each " +
                    policy_ + ".",
          .retry_after = static_cast<int>(decision.retry_after.count())};
}

}  // namespace dropzone::http
