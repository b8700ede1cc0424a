-- SPDX-License-Identifier: BSD-2-Clause
--
-- Elements that header, records and TRI have in common: strings, numbers, network elements, SIP text with its keys
-- taken out. A part of xk_hi2.lua.

local ber, shared = ...
if not shared then -- Wireshark has loaded this part by itself
  return
end

local common = {}

common.fields = {
  e164 = ProtoField.bytes("xkhi2.neid.e164", "e164-Format"),
  x25 = ProtoField.bytes("xkhi2.neid.x25", "x25-Format"),
  ip = ProtoField.bytes("xkhi2.neid.ip", "iP-Format"),
  dns = ProtoField.string("xkhi2.neid.dns", "dNS-Format", base.UNICODE),
  ip_type = ProtoField.uint8("xkhi2.neid.ip_type", "iP-type", base.DEC, {[0] = "IPv4", [1] = "IPv6"}),
  ip_binary = ProtoField.bytes("xkhi2.neid.ip_binary", "iPBinaryAddress"),
  ip_text = ProtoField.string("xkhi2.neid.ip_text", "iPTextAddress", base.UNICODE),
  ip_prefix = ProtoField.uint8("xkhi2.neid.ip_prefix", "iPv6PrefixLength"),
  sip_line = ProtoField.string("xkhi2.sip.line", "Line", base.UNICODE),
  sip_masked = ProtoField.uint32("xkhi2.sip.masked", "Line, masked, octets"),
  unknown = ProtoField.uint32("xkhi2.unknown", "Not known here, skipped: tag"),
  pieces = ProtoField.uint32("xkhi2.pieces", "String in pieces, octets"),
}
local f = common.fields

-- Writes a string; one in pieces is joined, and has no octets of its own to point at.
function common.text(tree, field, element)
  local content = not element.constructed and ber.content(element)
  tree:add(field, content or ber.head(element), shared.harmless(ber.octets(element)))
end

function common.octets(tree, field, element)
  local content = not element.constructed and ber.content(element)
  if content then
    tree:add(field, content)
  else
    tree:add(f.pieces, ber.head(element), #ber.octets(element))
  end
end

function common.number(tree, field, element)
  local value = ber.number(element)
  if value < 0 then
    ber.fail("a number below 0", element.at)
  end
  tree:add(field, ber.head(element), value)
  return value
end

function common.skip(tree, element)
  tree:add(f.unknown, ber.head(element), element.tag)
end

-- Calls the entry of `members` under each element's tag: they must be context-specific, since all of ours are.
function common.walk(tree, element, members)
  for inner in ber.inside(element) do
    local show = inner.class == 2 and members[inner.tag]
    if show then
      show(tree, inner)
    else
      common.skip(tree, inner)
    end
  end
end

-- A member that is a string, octets or a number and nothing more.
function common.as_text(field)
  return function(tree, element) common.text(tree, field, element) end
end

function common.as_octets(field)
  return function(tree, element) common.octets(tree, field, element) end
end

function common.as_number(field)
  return function(tree, element) return common.number(tree, field, element) end
end

local ip_address = {
  [1] = common.as_number(f.ip_type),
  [2] = function(tree, element)
    common.walk(tree, element, {[1] = common.as_octets(f.ip_binary), [2] = common.as_text(f.ip_text)})
  end,
  [4] = common.as_number(f.ip_prefix),
}

-- Network-Element-Identifier, which TS 33.108 and TS 102 232-1 (eTSI671NEID) share.
function common.network_element(tree, element)
  common.walk(tree, element, {
    [1] = common.as_octets(f.e164), [2] = common.as_octets(f.x25), [3] = common.as_octets(f.ip),
    [4] = common.as_text(f.dns),
    [5] = function(subtree, inner) common.walk(subtree, inner, ip_address) end,
  })
end

-- Keys stand in a=crypto (SDES), perhaps as a capability, in k=, and in MIKEY messages without encryption; and what is
-- neither header nor SDP may be anything in an encoding. In a broken message they stand where headers should be.
local function is_open(line, in_body, first)
  local lower = line:lower()
  if lower:match("^k=") or lower:find("crypto", 1, true) or lower:find("inline:", 1, true) or
     lower:find("key-mgmt", 1, true) then
    return false
  elseif line == "" or lower:match("^[%w-]+ *:") then
    return true
  elseif in_body then
    return lower:match("^[a-z]=") or lower:match("^%-%-")
  end
  return first or lower:match("^[ \t]")
end

-- Writes SIP or SDP line by line. `in_body`: it begins with SDP.
function common.sip(tree, element, in_body)
  local text = ber.octets(element)
  local head = ber.head(element)
  local at = 1
  while at <= #text do
    local stop = text:find("\n", at, true) or #text + 1
    local line = text:sub(at, stop - 1):gsub("\r$", "")
    if is_open(line, in_body, at == 1) then
      tree:add(f.sip_line, head, shared.harmless(line))
    else
      tree:add(f.sip_masked, head, #line)
    end
    in_body = in_body or line == ""
    at = stop + 1
  end
end

return common
