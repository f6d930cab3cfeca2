#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace dropzone::http {

/// Unpacks one stream, piece by piece.
class Unpacker {
 public:
  enum class Status : std::uint8_t {
    more,      ///< There is more to unpack.
    end,       ///< That was all, and it is sound.
    damaged,   ///< It is not such a stream, or was cut short.
    too_wide,  ///< It needs a larger window than is allowed.
  };

  virtual ~Unpacker() = default;
  /// Appends up to `room` bytes, which is not 0.
  virtual Status next(std::string& out, std::size_t room) = 0;
  /// What the decoder itself holds, in bytes.
  [[nodiscard]] virtual std::size_t memory() const noexcept = 0;
};

/// Null if there is no memory for one. The packed text must outlive it.
[[nodiscard]] std::unique_ptr<Unpacker> make_gzip_unpacker(std::string_view packed);
[[nodiscard]] std::unique_ptr<Unpacker> make_zstd_unpacker(std::string_view packed);

}  // namespace dropzone::http
