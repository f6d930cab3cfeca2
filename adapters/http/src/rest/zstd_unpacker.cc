#include <zstd.h>
#include <zstd_errors.h>

#include "rest/unpacker.h"

namespace dropzone::http {
namespace {

constexpr int kWindowLog = 23;  // 8 MiB, as RFC 9659 wants of Content-Encoding.

class ZstdUnpacker final : public Unpacker {
 public:
  explicit ZstdUnpacker(std::string_view packed)
      : stream_(ZSTD_createDStream()), input_{packed.data(), packed.size(), 0} {}

  [[nodiscard]] bool ready() noexcept {
    return stream_ && ZSTD_isError(ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax,
                                                          kWindowLog)) == 0;
  }

  Status next(std::string& out, std::size_t room) override {
    const std::size_t before = out.size();
    out.resize(before + room);
    ZSTD_outBuffer output{out.data() + before, room, 0};
    const std::size_t left = ZSTD_decompressStream(stream_.get(), &output, &input_);
    out.resize(before + output.pos);
    if (ZSTD_isError(left) != 0) {
      const bool wide = ZSTD_getErrorCode(left) == ZSTD_error_frameParameter_windowTooLarge;
      return wide ? Status::too_wide : Status::damaged;
    }
    const bool read_all = input_.pos == input_.size;
    if (read_all && left == 0) return Status::end;
    return read_all && output.pos < room ? Status::damaged : Status::more;
  }

  [[nodiscard]] std::size_t memory() const noexcept override {
    return ZSTD_sizeof_DStream(stream_.get());
  }

 private:
  struct Free {
    void operator()(ZSTD_DStream* stream) const noexcept { ZSTD_freeDStream(stream); }
  };
  const std::unique_ptr<ZSTD_DStream, Free> stream_;
  ZSTD_inBuffer input_;
};

}  // namespace

std::unique_ptr<Unpacker> make_zstd_unpacker(std::string_view packed) {
  auto unpacker = std::make_unique<ZstdUnpacker>(packed);
  return unpacker->ready() ? std::move(unpacker) : nullptr;
}

}  // namespace dropzone::http
