#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <dropzone/call/call_options.h>
#include <dropzone/http/message/response.h>
#include <dropzone/query/query.h>
#include <dropzone/result.h>
#include <dropzone/store/drop_zone.h>

#include "rest/route.h"

namespace dropzone::http {

/// What a download is made of.
struct StreamedRecords {
  /// The query's limits and place alone: a page from there.
  using Page =
      std::function<Result<PageResult>(const Query&, const RecordSink&, const CallOptions&)>;

  Page page;
  /// What append() adds at most, in bytes.
  std::function<std::size_t(const RecordView&)> bytes;
  std::function<void(std::string& out, const RecordView&)> append;
  std::string begin = {};  ///< Before the first record.
  /// After the last one; gets how many there were. May be empty.
  std::function<void(std::string& out, std::uint64_t records)> append_end = {};
};

/// An answer that hands out records piece by piece, each when most of those before have been sent.
/// Between two pages nothing is held of the store, so that a slow reader is in nobody's way. The
/// first piece is read at once, so that what fails at once is an error.
Result<Response> stream_records(const RouteContext& context, const Call& call,
                                StreamedRecords records, std::string_view content_type,
                                const std::string& file_name);

/// A download whose end cannot be seen: HTTP/1.0 has no chunks, and a connection that breaks looks
/// like the end. `advice` ends the sentence that says what to do.
[[nodiscard]] Error no_end_to_be_seen(std::string_view advice);

}  // namespace dropzone::http
