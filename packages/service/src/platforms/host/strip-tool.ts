/**
 * A replacement for elfutils' eu-strip, which uses binutils and has the options that find-debuginfo needs. A platform
 * has it only if the host has no elfutils, and only in the search path of find-debuginfo.
 */
export const stripTool = `#!/bin/bash
# Splits the debug information of an ELF file off, the way eu-strip -f does, with objcopy.
set -e
debug= file= comment=() level=--strip-all
while [ $# -gt 0 ]; do
  case $1 in
    -f) debug=$2; shift ;;
    -g) level=--strip-debug ;;
    --remove-comment) comment=(--remove-section=.comment) ;;
    --reloc-debug-sections) ;;
    --keep-section=* | --remove-section=*) comment+=("$1") ;;
    -*) echo "eu-strip: option $1 is not supported here; install elfutils on the host of the platform" >&2; exit 64 ;;
    *) file=$1 ;;
  esac
  shift
done
if [ -z "$debug" ] || [ -z "$file" ]; then
  echo "eu-strip: wants -f DEBUGFILE FILE" >&2
  exit 64
fi
# A relocatable file keeps the symbols that its relocations name.
if [ "$level" = --strip-all ] && readelf -h "$file" | grep -q 'Type:.*REL '; then level=--strip-unneeded; fi
objcopy --only-keep-debug "$file" "$debug"
chmod u+w,a-x "$debug"
objcopy "$level" "\${comment[@]}" --add-gnu-debuglink="$debug" "$file"
`
