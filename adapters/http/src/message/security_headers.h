#pragma once

#include <dropzone/http/message/headers.h>

namespace dropzone::http {

/// Adds what nobody may do with an answer, as far as it does not say otherwise: keep it (or, where
/// it can be asked about by its ETag, show it without asking), guess another type, show it within
/// a page, take it into a page of another origin, or run anything in it.
void add_security_headers(Headers& headers);

}  // namespace dropzone::http
