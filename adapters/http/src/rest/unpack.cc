#include "rest/unpack.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <dropzone/text/trimmed.h>
#include "message/text_room.h"
#include "rest/unpacker.h"

namespace dropzone::http {
namespace {

constexpr std::size_t kStep = std::size_t{64} << 10;

Error too_large(std::size_t max_size) {
  return {ErrorCode::body_too_large, "The body is larger than " + std::to_string(max_size) +
                                         " bytes when unpacked; send it in parts."};
}

Error fault_of(Packing packing, Unpacker::Status status) {
  if (status == Unpacker::Status::too_wide) {
    return {ErrorCode::invalid_request,
            "The body's zstd stream needs a window of more than 8 MiB; pack it with a level of at "
            "most 19 and without --long. Nothing was stored."};
  }
  return {ErrorCode::invalid_request, std::string("The body's ") +
                                          (packing == Packing::gzip ? "gzip" : "zstd") +
                                          " stream is damaged or cut short; nothing was stored."};
}

/// What unpacking holds of an account, which may be null.
class Held {
 public:
  explicit Held(MemoryAccount* account) : account_(account) {}

  /// Holds so many bytes at least.
  Result<void> reserve(std::size_t bytes) {
    if (!account_ || bytes <= held_) return {};
    const std::size_t more = std::max(bytes - held_, kStep);
    auto charged = account_->charge(more);
    if (charged) held_ += more;
    return charged;
  }
  /// Gives back what is beyond this.
  void keep(std::size_t bytes) {
    if (account_ && held_ > bytes) account_->refund(held_ - bytes);
    held_ = std::min(held_, bytes);
  }

 private:
  MemoryAccount* const account_;
  std::size_t held_ = 0;
};

}  // namespace

Result<Packing> packing_of(const Request& request) {
  const auto coding = trimmed(request.headers.find("Content-Encoding").value_or(""));
  const auto is = [&](std::string_view name) { return equals_ignoring_case(coding, name); };
  if (coding.empty() || is("identity")) return Packing::none;
  if (is("gzip") || is("x-gzip")) return Packing::gzip;
  if (is("zstd")) return Packing::zstd;
  return Error{ErrorCode::unsupported_encoding, "The Content-Encoding is \"" + std::string(coding) +
                                                    "\"; send gzip, zstd, or none."};
}

Result<std::string> unpack(Packing packing, std::string_view packed, std::size_t max_size,
                           MemoryAccount* account) {
  const auto unpacker =
      packing == Packing::gzip ? make_gzip_unpacker(packed) : make_zstd_unpacker(packed);
  if (!unpacker) return Error{ErrorCode::internal, "The body cannot be unpacked."};
  Held held(account);
  std::string out;
  for (auto status = Unpacker::Status::more; status != Unpacker::Status::end;) {
    // The window of a decoder is there once it has seen its frame's beginning.
    if (auto room = held.reserve(out.size() + kStep + unpacker->memory()); !room) {
      return std::move(room).error();
    }
    make_room(out, kStep, max_size + 1);
    status = unpacker->next(out, std::min(kStep, max_size + 1 - out.size()));
    if (out.size() > max_size) return too_large(max_size);
    if (status == Unpacker::Status::damaged || status == Unpacker::Status::too_wide) {
      return fault_of(packing, status);
    }
  }
  held.keep(out.size());
  return out;
}

}  // namespace dropzone::http
