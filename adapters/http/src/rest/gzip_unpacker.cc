#include <zlib.h>

#include "rest/unpacker.h"

namespace dropzone::http {
namespace {

constexpr int kGzipWindowBits = 15 + 16;  // The largest window; a gzip header, no zlib one.
constexpr std::size_t kDecoderMemory = std::size_t{44} << 10;  // As zlib's manual has it.

class GzipUnpacker final : public Unpacker {
 public:
  explicit GzipUnpacker(std::string_view packed) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream_.avail_in = static_cast<uInt>(packed.size());
    ready_ = inflateInit2(&stream_, kGzipWindowBits) == Z_OK;
  }
  ~GzipUnpacker() override {
    if (ready_) inflateEnd(&stream_);
  }
  GzipUnpacker(const GzipUnpacker&) = delete;
  GzipUnpacker& operator=(const GzipUnpacker&) = delete;

  [[nodiscard]] bool ready() const noexcept { return ready_; }

  Status next(std::string& out, std::size_t room) override {
    const std::size_t before = out.size();
    out.resize(before + room);
    stream_.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream_.avail_out = static_cast<uInt>(room);
    const int status = inflate(&stream_, Z_NO_FLUSH);
    out.resize(out.size() - stream_.avail_out);
    if (status == Z_OK) return Status::more;
    if (status != Z_STREAM_END) return Status::damaged;
    skip_padding();
    if (stream_.avail_in == 0) return Status::end;
    return inflateReset(&stream_) == Z_OK ? Status::more : Status::damaged;
  }

  [[nodiscard]] std::size_t memory() const noexcept override { return kDecoderMemory; }

 private:
  // Tools that write whole blocks fill the last one with zeros.
  void skip_padding() noexcept {
    for (; stream_.avail_in > 0 && *stream_.next_in == 0; ++stream_.next_in) --stream_.avail_in;
  }

  z_stream stream_{};
  bool ready_ = false;
};

}  // namespace

std::unique_ptr<Unpacker> make_gzip_unpacker(std::string_view packed) {
  auto unpacker = std::make_unique<GzipUnpacker>(packed);
  return unpacker->ready() ? std::move(unpacker) : nullptr;
}

}  // namespace dropzone::http
