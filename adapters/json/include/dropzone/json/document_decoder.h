#pragma once

#include <span>
#include <string>
#include <string_view>

#include <dropzone/store/document_decoder.h>

namespace dropzone::json {

/// Reads back the canonical JSON text of transformed objects. Thread-safe. Text that is deeper than
/// kMaxNesting is `store_corrupt`: no record ever was.
class JsonDocumentDecoder final : public DocumentDecoder {
 public:
  Result<Object> decode(std::string_view json,
                        std::span<const std::string> timestamps) const override;
};

}  // namespace dropzone::json
