#include "message/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

namespace dropzone::http {
namespace {

constexpr int kLevel = 1;  // JSON shrinks to a tenth here; more effort costs more than it saves
constexpr int kGzipWindow = 15 + 16;
constexpr int kMemoryLevel = 8;

}  // namespace

struct GzipEncoder::State {
  z_stream stream{};
};

GzipEncoder::GzipEncoder() : state_(std::make_unique<State>()) {
  if (::deflateInit2(&state_->stream, kLevel, Z_DEFLATED, kGzipWindow, kMemoryLevel,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
}

GzipEncoder::~GzipEncoder() { ::deflateEnd(&state_->stream); }

void GzipEncoder::write(std::string_view input, std::string& out) {
  constexpr std::size_t most = std::numeric_limits<uInt>::max();
  while (!input.empty()) {
    const auto piece = input.substr(0, most);
    run(piece, Z_NO_FLUSH, out);
    input.remove_prefix(piece.size());
  }
}

void GzipEncoder::finish(std::string& out) { run({}, Z_FINISH, out); }

void GzipEncoder::run(std::string_view input, int flush, std::string& out) {
  auto& stream = state_->stream;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
  stream.avail_in = static_cast<uInt>(input.size());
  do {
    const auto used = out.size();
    const auto room = std::clamp<std::size_t>(input.size() / 4, 1024, 256 * 1024);
    out.resize(used + room);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + used);
    stream.avail_out = static_cast<uInt>(room);
    ::deflate(&stream, flush);
    out.resize(used + room - stream.avail_out);
  } while (stream.avail_out == 0);
}

}  // namespace dropzone::http
