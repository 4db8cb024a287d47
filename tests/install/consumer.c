/* What a C program sees of an installed library: its header, and that it answers. */
#include <stdio.h>
#include <string.h>
#include <userprofile.h>

int main(void) {
  userprofile *store;
  userprofile_json response;
  int32_t status =
      userprofile_open("{\"path\":\":temporary:\"}", USERPROFILE_NUL_TERMINATED, &store, &response);
  printf("%s %s\n", userprofile_version(), response.data);
  userprofile_json_free(&response);
  userprofile_close(store);
  return status != USERPROFILE_OK || strcmp(userprofile_version(), USERPROFILE_VERSION) != 0;
}
