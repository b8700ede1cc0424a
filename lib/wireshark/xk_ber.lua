-- SPDX-License-Identifier: BSD-2-Clause
--
-- BER (X.690): tags, lengths of every form, strings in pieces. A part of xk_hi2.lua. Whatever is no BER ends the
-- reading with an error that is a table: what is wrong, and at which octet.

local DEPTH_MAX = 32

local ber = {}

-- `more` says that the octets end here: a longer stream might be good.
function ber.fail(why, at, more)
  error({why = why, at = at, more = more}, 0)
end

local function octet(tvb, at, limit)
  if at >= limit then
    ber.fail("octets end inside an element", at, true)
  end
  return tvb(at, 1):uint()
end

local function read_tag(tvb, at, limit)
  local first = octet(tvb, at, limit)
  local tag = first % 32
  at = at + 1
  if tag == 31 then
    local count, more = 0, true
    tag = 0
    while more do
      local value = octet(tvb, at, limit)
      tag, more = tag * 128 + value % 128, value >= 128
      at, count = at + 1, count + 1
      if count > 4 then
        ber.fail("a tag of more than four octets", at - 1)
      end
    end
  end
  return {class = math.floor(first / 64), constructed = math.floor(first / 32) % 2 == 1, tag = tag}, at
end

-- The length, nil for the indefinite form, and where the content begins.
local function read_length(tvb, at, limit)
  local first = octet(tvb, at, limit)
  at = at + 1
  if first < 128 then
    return first, at
  elseif first == 128 then
    return nil, at
  end
  local size = 0
  for _ = 1, first - 128 do
    size = size * 256 + octet(tvb, at, limit)
    at = at + 1
    if size > 0x7fffffff then
      ber.fail("a length beyond all bounds", at - 1)
    end
  end
  return size, at
end

local function read_head(tvb, at, limit)
  local element, place = read_tag(tvb, at, limit)
  element.at = at
  element.size, element.from = read_length(tvb, place, limit)
  if not element.size and not element.constructed then
    ber.fail("a primitive element of indefinite length", at)
  end
  return element
end

local function is_end(tvb, at, limit)
  return octet(tvb, at, limit) == 0 and octet(tvb, at + 1, limit) == 0
end

local find_end

-- Where the content ends, and the element behind it begins.
local function close(tvb, element, limit, depth)
  if element.size then
    return element.from + element.size, element.from + element.size
  end
  local stop = find_end(tvb, element.from, limit, depth + 1)
  return stop, stop + 2
end

function find_end(tvb, at, limit, depth)
  if depth > DEPTH_MAX then
    ber.fail("elements of indefinite length are nested too deep", at)
  end
  while not is_end(tvb, at, limit) do
    local _, behind = close(tvb, read_head(tvb, at, limit), limit, depth)
    at = behind
  end
  return at
end

-- The element at `at`; none of its octets may be at or behind `limit`. Its content stands in [from, to).
function ber.next(tvb, at, limit)
  local element = read_head(tvb, at, limit)
  element.to, element.behind = close(tvb, element, limit, 0)
  if element.behind > limit then
    ber.fail("an element is longer than what is around it", at, true)
  end
  element.tvb = tvb
  return element
end

-- Octets of the element at `at`, which may go on behind the end of `tvb`; nil if that cannot be known yet.
function ber.measure(tvb, at)
  local function try()
    local _, behind = close(tvb, read_head(tvb, at, tvb:len()), tvb:len(), 0)
    return behind - at
  end
  local good, result = pcall(try)
  if not good and (type(result) ~= "table" or not result.more) then
    error(result, 0)
  end
  return good and result or nil
end

-- Steps through the elements inside another.
function ber.inside(element)
  if not element.constructed then
    ber.fail("a constructed element had to come", element.at)
  end
  local at = element.from
  return function()
    if at < element.to then
      local inner = ber.next(element.tvb, at, element.to)
      at = inner.behind
      return inner
    end
  end
end

-- The first element inside; what has none is broken.
function ber.first(element)
  return ber.inside(element)() or ber.fail("an element is empty", element.at)
end

-- What a line about an element shows without its content: tag and length.
function ber.head(element)
  return element.tvb(element.at, element.from - element.at)
end

-- The content of a primitive element; nil if it has none.
function ber.content(element)
  return element.to > element.from and element.tvb(element.from, element.to - element.from) or nil
end

-- The octets of a string, its pieces joined.
function ber.octets(element, depth)
  if not element.constructed then
    local content = ber.content(element)
    return content and content:raw() or ""
  elseif (depth or 0) > DEPTH_MAX then
    ber.fail("pieces of a string are nested too deep", element.at)
  end
  local pieces = {}
  for piece in ber.inside(element) do
    pieces[#pieces + 1] = ber.octets(piece, (depth or 0) + 1)
  end
  return table.concat(pieces)
end

-- An INTEGER or ENUMERATED of at most six octets as a number.
function ber.number(element)
  local octets = ber.octets(element)
  if #octets == 0 or #octets > 6 then
    ber.fail("not a number, or one of more than six octets", element.at)
  end
  local value = octets:byte(1) >= 128 and -1 or 0
  for i = 1, #octets do
    value = value * 256 + octets:byte(i)
  end
  return value
end

return ber
