#include <dropzone/http/server/requests_under_way.h>

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <ctime>

namespace dropzone::http {
namespace {

// Places that are looked at for a free one, beginning where this thread found the last.
constexpr std::size_t kTries = 64;

// The clock that a signal handler may read.
std::int64_t now_nanos() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// Text of bounded length that may be read while it is written; what is read then is a mixture.
/// Reads acquire, so that what is looked at next is not older.
template <std::size_t Bytes>
class SharedText {
 public:
  static constexpr std::size_t kBytes = Bytes;

  void store(std::string_view text) noexcept {
    const std::size_t size = std::min(text.size(), Bytes);
    for (std::size_t i = 0; i < size; i += kWord) {
      std::uint64_t word = 0;
      std::memcpy(&word, text.data() + i, std::min(kWord, size - i));
      words_[i / kWord].store(word, std::memory_order_relaxed);
    }
    size_.store(static_cast<std::uint32_t>(size), std::memory_order_relaxed);
  }

  /// Copies it to `out`, which moves past it.
  std::string_view load(char*& out) const noexcept {
    const std::size_t size = std::min<std::size_t>(size_.load(std::memory_order_acquire), Bytes);
    for (std::size_t i = 0; i < size; i += kWord) {
      const std::uint64_t word = words_[i / kWord].load(std::memory_order_acquire);
      std::memcpy(out + i, &word, std::min(kWord, size - i));
    }
    const std::string_view text(out, size);
    out += size;
    return text;
  }

 private:
  static constexpr std::size_t kWord = sizeof(std::uint64_t);
  static_assert(Bytes % kWord == 0);

  std::array<std::atomic<std::uint64_t>, Bytes / kWord> words_{};
  std::atomic<std::uint32_t> size_ = 0;
};

// Of a place's version, two bits say how it is; the others count.
constexpr std::uint32_t kFree = 0;
constexpr std::uint32_t kHeld = 2;
constexpr std::uint32_t kStates = 4;

thread_local std::size_t last_place = 0;
thread_local bool has_last_place = false;

// Threads begin far from each other.
std::size_t first_try() noexcept {
  static std::atomic<std::size_t> threads = 0;
  if (!has_last_place) {
    last_place = threads.fetch_add(1, std::memory_order_relaxed) * 67 % RequestsUnderWay::kSlots;
    has_last_place = true;
  }
  return last_place;
}

}  // namespace

struct alignas(64) RequestsUnderWay::Slot {
  std::atomic<std::uint32_t> version = kFree;
  std::atomic<int> thread = 0;
  std::atomic<std::int64_t> since = 0;
  SharedText<128> id;
  SharedText<16> method;
  SharedText<64> route;
  SharedText<48> address;
  SharedText<128> principal;
};

RequestsUnderWay::RequestsUnderWay() : slots_(std::make_unique<Slot[]>(kSlots)) {}
RequestsUnderWay::~RequestsUnderWay() = default;

int RequestsUnderWay::this_thread() noexcept {
  thread_local const int id = ::gettid();
  return id;
}

RequestsUnderWay::Entry RequestsUnderWay::enter(const Name& name) noexcept {
  const std::size_t first = first_try();
  for (std::size_t i = 0; i < kTries; ++i) {
    const std::size_t index = (first + i) % kSlots;
    Slot& slot = slots_[index];
    std::uint32_t version = slot.version.load(std::memory_order_relaxed);
    if (version % kStates != kFree ||
        !slot.version.compare_exchange_strong(version, version + 1, std::memory_order_acq_rel)) {
      continue;
    }
    slot.thread.store(this_thread(), std::memory_order_relaxed);
    slot.since.store(now_nanos(), std::memory_order_relaxed);
    slot.id.store(name.id);
    slot.method.store(name.method);
    slot.route.store(name.route);
    slot.address.store(name.address);
    slot.principal.store({});
    slot.version.store(version + kHeld, std::memory_order_release);
    last_place = index;
    return {*this, &slot};
  }
  without_place_.fetch_add(1, std::memory_order_relaxed);
  return {*this, nullptr};
}

const RequestsUnderWay::Slot& RequestsUnderWay::slot(std::size_t index) const noexcept {
  return slots_[index];
}

bool RequestsUnderWay::read(const Slot& slot, std::array<char, 512>& memory, Seen& seen) noexcept {
  const std::uint32_t before = slot.version.load(std::memory_order_acquire);
  if (before % kStates != kHeld) return false;
  char* out = memory.data();
  seen.id = slot.id.load(out);
  seen.method = slot.method.load(out);
  seen.route = slot.route.load(out);
  seen.address = slot.address.load(out);
  seen.principal = slot.principal.load(out);
  seen.age = std::chrono::nanoseconds(now_nanos() - slot.since.load(std::memory_order_acquire));
  seen.thread = slot.thread.load(std::memory_order_acquire);
  // What was read was read before this, for each of it was acquired.
  return slot.version.load(std::memory_order_relaxed) == before;
}

RequestsUnderWay::Entry& RequestsUnderWay::Entry::operator=(Entry&& other) noexcept {
  if (this != &other) {
    leave();
    table_ = std::exchange(other.table_, nullptr);
    slot_ = std::exchange(other.slot_, nullptr);
  }
  return *this;
}

void RequestsUnderWay::Entry::set_principal(std::string_view name) noexcept {
  if (slot_ != nullptr) slot_->principal.store(name);
}

void RequestsUnderWay::Entry::is_here() noexcept {
  if (slot_ != nullptr) slot_->thread.store(this_thread(), std::memory_order_relaxed);
}

void RequestsUnderWay::Entry::leave() noexcept {
  if (slot_ != nullptr) {
    slot_->version.fetch_add(kStates - kHeld, std::memory_order_release);
  } else if (table_ != nullptr) {
    table_->without_place_.fetch_sub(1, std::memory_order_relaxed);
  }
}

}  // namespace dropzone::http
