#pragma once

#include <memory>

#include <curl/curl.h>

#include "library.h"

namespace dropzone::curl {

/// libcurl's functions.
struct Libcurl {
  decltype(&curl_easy_cleanup) easy_cleanup = symbol("curl_easy_cleanup");
  decltype(&curl_easy_getinfo) easy_getinfo = symbol("curl_easy_getinfo");
  decltype(&curl_easy_init) easy_init = symbol("curl_easy_init");
  decltype(&curl_easy_reset) easy_reset = symbol("curl_easy_reset");
  decltype(&curl_easy_setopt) easy_setopt = symbol("curl_easy_setopt");
  decltype(&curl_easy_strerror) easy_strerror = symbol("curl_easy_strerror");
  decltype(&curl_multi_add_handle) multi_add_handle = symbol("curl_multi_add_handle");
  decltype(&curl_multi_cleanup) multi_cleanup = symbol("curl_multi_cleanup");
  decltype(&curl_multi_info_read) multi_info_read = symbol("curl_multi_info_read");
  decltype(&curl_multi_init) multi_init = symbol("curl_multi_init");
  decltype(&curl_multi_perform) multi_perform = symbol("curl_multi_perform");
  decltype(&curl_multi_poll) multi_poll = symbol("curl_multi_poll");
  decltype(&curl_multi_remove_handle) multi_remove_handle = symbol("curl_multi_remove_handle");
  decltype(&curl_multi_setopt) multi_setopt = symbol("curl_multi_setopt");
  decltype(&curl_multi_wakeup) multi_wakeup = symbol("curl_multi_wakeup");
  decltype(&curl_free) free = symbol("curl_free");
  decltype(&curl_url) url = symbol("curl_url");
  decltype(&curl_url_cleanup) url_cleanup = symbol("curl_url_cleanup");
  decltype(&curl_url_get) url_get = symbol("curl_url_get");
  decltype(&curl_url_set) url_set = symbol("curl_url_set");
  decltype(&curl_slist_append) slist_append = symbol("curl_slist_append");
  decltype(&curl_slist_free_all) slist_free_all = symbol("curl_slist_free_all");
};

[[nodiscard]] inline const Libcurl& libcurl() {
  static const Libcurl functions;
  return functions;
}

struct FreeEasy {
  void operator()(CURL* handle) const noexcept { libcurl().easy_cleanup(handle); }
};
using EasyHandle = std::unique_ptr<CURL, FreeEasy>;

struct FreeList {
  void operator()(curl_slist* list) const noexcept { libcurl().slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

}  // namespace dropzone::curl
