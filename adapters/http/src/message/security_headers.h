#pragma once

#include <dropzone/http/message/headers.h>

namespace dropzone::http {

/// Adds security headers, unless the answer has its own: nobody may keep it (or, if
/// it can be asked about by its ETag, show it without asking), guess another type, show it within
/// a page, take it into a page of another origin, or run anything in it.
void add_security_headers(Headers& headers);

}  // namespace dropzone::http
