-- SPDX-License-Identifier: BSD-2-Clause
--
-- The CBOR of the Xk profile (RFC 8949 section 4.2.1 and the limits of xk.cddl), read as strictly as libxk reads it: a
-- part of xk.lua. Whatever breaks a rule ends the reading with an error that is a table: libxk's name for it, the octet
-- of the message, and the field.

local MAP_ENTRIES_MAX, DEPTH_MAX = 64, 4

local cbor = {}

-- Ends the reading of a message; caught where it began.
function cbor.fail(status, offset, field)
  error({status = "XK_E_" .. status, offset = offset, field = field}, 0)
end

-- The argument behind an item's head: high and low half, and the octet behind it.
local function read_argument(r, start, major, info, field)
  if info < 24 then
    return 0, info, start + 1
  end
  if info == 31 then
    cbor.fail(major >= 2 and major <= 5 and "INDEFINITE" or "MALFORMED", start, field)
  end
  if info > 27 or major == 7 then
    cbor.fail("MALFORMED", start, field)
  end
  local width = 2 ^ (info - 24)
  if r.size - start - 1 < width then
    cbor.fail("TRUNCATED", r.size, field)
  end
  local high, low = 0, 0
  if width == 8 then
    high, low = r.tvb(start + 1, 4):uint(), r.tvb(start + 5, 4):uint()
  else
    low = r.tvb(start + 1, width):uint()
  end
  local least = ({[1] = 24, [2] = 256, [4] = 65536, [8] = 1})[width]
  if (width == 8 and high or low) < least then
    cbor.fail("NONCANONICAL", start, field)
  end
  return high, low, start + 1 + width
end

-- One item: its major type, its number (value, length or count), and the offset of its content.
function cbor.read_item(r, field)
  local start = r.at
  if start == r.size then
    cbor.fail("TRUNCATED", start, field)
  end
  local head = r.tvb(start, 1):uint()
  local major, info = math.floor(head / 32), head % 32
  local high, low, content = read_argument(r, start, major, info, field)
  local item = {major = major, high = high, low = low, number = high * 2 ^ 32 + low, offset = start, content = content}
  r.at = content
  if major == 2 or major == 3 then
    if item.number > r.size - content then
      cbor.fail("TRUNCATED", r.size, field)
    end
    r.at = content + item.number
  elseif major == 6 or major == 7 and (info < 20 or info > 22) then
    cbor.fail("MALFORMED", start, field)
  end
  item.range = r.tvb(start, r.at - start)
  return item
end

local function expect(r, major, field)
  local item = cbor.read_item(r, field)
  if item.major ~= major then
    cbor.fail("TYPE", item.offset, field)
  end
  return item
end

function cbor.read_uint(r, max, field)
  local item = expect(r, 0, field)
  if max and item.number > max then
    cbor.fail("LIMIT", item.offset, field)
  end
  return item
end

function cbor.bounded(item, max, field)
  if item.number == 0 then
    cbor.fail("EMPTY", item.offset, field)
  end
  if item.number > max then
    cbor.fail("LIMIT", item.offset, field)
  end
  return item
end

function cbor.read_octets(r, max, field)
  return cbor.bounded(expect(r, 2, field), max, field)
end

-- Octets of the UTF-8 sequence that a lead begins, and the range of its second octet; nil for no lead.
local function sequence(lead)
  if lead >= 0xc2 and lead <= 0xdf then
    return 2, 0x80, 0xbf
  elseif lead >= 0xe0 and lead <= 0xef then
    return 3, lead == 0xe0 and 0xa0 or 0x80, lead == 0xed and 0x9f or 0xbf
  elseif lead >= 0xf0 and lead <= 0xf4 then
    return 4, lead == 0xf0 and 0x90 or 0x80, lead == 0xf4 and 0x8f or 0xbf
  end
end

-- The place of the first octet that is no UTF-8, or a NUL, counted from 0; nil if all is well.
local function bad_utf8(text)
  local at = 1
  while at <= #text do
    local lead = text:byte(at)
    local length, low, high = 1, 0, 0xff
    if lead == 0 or lead >= 0x80 then
      length, low, high = sequence(lead)
      if not length or at + length - 1 > #text then
        return at - 1
      end
    end
    for i = 1, length - 1 do
      local octet = text:byte(at + i)
      if octet < (i == 1 and low or 0x80) or octet > (i == 1 and high or 0xbf) then
        return at - 1
      end
    end
    at = at + length
  end
end

local function text_of(r, item)
  return item.number > 0 and r.tvb(item.content, item.number):raw() or ""
end

function cbor.read_text(r, max, field)
  local item = cbor.bounded(expect(r, 3, field), max, field)
  local bad = bad_utf8(text_of(r, item))
  if bad then
    cbor.fail("UTF8", item.content + bad, field)
  end
  return item
end

function cbor.read_map(r, field)
  local item = expect(r, 5, field)
  if item.number > MAP_ENTRIES_MAX then
    cbor.fail("LIMIT", item.offset, field)
  end
  return {left = item.number, seen = {}, offset = item.offset}
end

function cbor.read_key(r, map)
  local key = cbor.read_uint(r, nil, "map key")
  local last = map.last
  map.offset = key.offset
  if last and (key.high == last.high and key.low == last.low or key.number < 64 and map.seen[key.number]) then
    cbor.fail("DUPLICATE_KEY", key.offset, "map key")
  end
  if last and (key.high < last.high or key.high == last.high and key.low < last.low) then
    cbor.fail("KEY_ORDER", key.offset, "map key")
  end
  map.seen[key.number] = true
  map.last = key
  map.left = map.left - 1
  return key
end

-- Steps over the value of an extension, which may have items inside items.
function cbor.skip_value(r, depth)
  local left, level = {[0] = 1}, 0
  while true do
    while left[level] == 0 do
      if level == 0 then
        return
      end
      level = level - 1
    end
    left[level] = left[level] - 1
    local item = cbor.read_item(r, "extension")
    if item.major == 3 and bad_utf8(text_of(r, item)) then
      cbor.fail("UTF8", item.offset, "extension")
    end
    if item.major == 4 or item.major == 5 then
      if depth + level + 1 > DEPTH_MAX then
        cbor.fail("DEPTH", item.offset, "extension")
      end
      if item.number > r.size then
        cbor.fail("TRUNCATED", r.size, "extension")
      end
      level = level + 1
      left[level] = item.major == 5 and 2 * item.number or item.number
    end
  end
end

return cbor
