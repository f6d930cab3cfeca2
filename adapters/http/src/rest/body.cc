#include "rest/body.h"

#include <zlib.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "message/text_room.h"

namespace dropzone::http {
namespace {

constexpr std::size_t kUnpackStep = 64 * 1024;
constexpr int kGzipWindowBits = 15 + 16;  // The largest window; a gzip header, no zlib one.

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool has_other_charset(std::string_view parameters) {
  const std::string text = lower(parameters);
  const std::size_t at = text.find("charset=");
  if (at == std::string::npos) return false;
  std::string_view charset = std::string_view(text).substr(at + 8);
  charset = trim(charset.substr(0, charset.find(';')));
  return charset != "utf-8" && charset != "\"utf-8\"";
}

/// zlib's inflater, ended with its scope.
class Inflater {
 public:
  explicit Inflater(std::string_view packed) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream_.avail_in = static_cast<uInt>(packed.size());
    ready_ = inflateInit2(&stream_, kGzipWindowBits) == Z_OK;
  }
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  [[nodiscard]] bool ready() const { return ready_; }
  [[nodiscard]] bool has_input() const { return stream_.avail_in > 0; }

  /// Unpacks up to `room` more bytes; zlib's status.
  int next(std::string& out, std::size_t room) {
    const std::size_t before = out.size();
    const std::size_t step = std::min(kUnpackStep, room);
    out.resize(before + step);
    stream_.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream_.avail_out = static_cast<uInt>(step);
    const int status = inflate(&stream_, Z_NO_FLUSH);
    out.resize(out.size() - stream_.avail_out);
    return status;
  }

  /// A gzip file may have several members, one after the other.
  bool next_member() { return inflateReset(&stream_) == Z_OK; }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

Error damaged() {
  return {ErrorCode::invalid_request,
          "The body's gzip stream is damaged or cut short; nothing was stored."};
}

Result<std::string> gunzip(std::string_view packed, std::size_t max_size, MemoryAccount* account) {
  Inflater inflater(packed);
  if (!inflater.ready()) return Error{ErrorCode::internal, "The body cannot be unpacked."};
  std::string out;
  std::size_t charged = 0;
  while (true) {
    if (account && charged < out.size() + kUnpackStep) {
      if (auto held = account->charge(kUnpackStep); !held) return std::move(held).error();
      charged += kUnpackStep;
    }
    make_room(out, kUnpackStep, max_size + 1);
    const int status = inflater.next(out, max_size + 1 - out.size());
    if (out.size() > max_size) {
      return Error{ErrorCode::body_too_large, "The body is larger than " +
                                                  std::to_string(max_size) +
                                                  " bytes when unpacked; send it in parts."};
    }
    if (status == Z_STREAM_END) {
      if (!inflater.has_input()) return out;
      if (!inflater.next_member()) return damaged();
    } else if (status != Z_OK) {
      return damaged();
    }
  }
}

/// Whether the body is gzip; `unsupported_encoding` where it is neither that nor plain.
Result<bool> is_packed(const Request& request) {
  const auto header = request.headers.find("Content-Encoding");
  const std::string encoding = lower(trim(header.value_or("")));
  if (encoding.empty() || encoding == "identity") return false;
  if (encoding == "gzip" || encoding == "x-gzip") return true;
  return Error{ErrorCode::unsupported_encoding,
               "The Content-Encoding is \"" + encoding + "\"; send gzip, or none."};
}

}  // namespace

Result<std::string_view> media_type_of(const Request& request,
                                       const std::vector<std::string_view>& accepted) {
  const auto header = request.headers.find("Content-Type");
  const std::string_view value = header.value_or("");
  const std::size_t semicolon = value.find(';');
  const std::string type = lower(trim(value.substr(0, semicolon)));
  const auto found = std::find(accepted.begin(), accepted.end(), type);
  const bool other_charset =
      semicolon != std::string_view::npos && has_other_charset(value.substr(semicolon));
  if (found != accepted.end() && !other_charset) return *found;

  std::string known;
  for (const std::string_view one : accepted) {
    if (!known.empty()) known += " or ";
    known += one;
  }
  std::string fault = "There is no Content-Type";
  if (other_charset)
    fault = "The body must be UTF-8";
  else if (header)
    fault = "The Content-Type is \"" + type + '"';
  return Error{ErrorCode::unsupported_media_type, fault + "; send " + known + "."};
}

Result<void> check_media(const Request& request, const std::vector<std::string_view>& accepted) {
  if (const auto type = media_type_of(request, accepted); !type) return type.error();
  if (const auto packed = is_packed(request); !packed) return packed.error();
  return {};
}

Result<void> unpack_body(Request& request, std::size_t max_body) {
  const auto packed = is_packed(request);
  if (!packed) return packed.error();
  if (!*packed) return {};
  const std::size_t size_before = request.body.size();
  auto unpacked = gunzip(request.body, max_body, request.memory.get());
  if (!unpacked) return std::move(unpacked).error();
  request.body = *std::move(unpacked);
  if (request.memory) request.memory->refund(size_before);
  return {};
}

}  // namespace dropzone::http
